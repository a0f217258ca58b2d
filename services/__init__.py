"""Use cases: each function brings what it needs, checks, decides by the rules, saves, and returns the result."""
