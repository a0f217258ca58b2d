"""The rules: pure values and functions of `now`; the standard library and dateutil only."""
