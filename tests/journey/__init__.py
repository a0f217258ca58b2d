"""The whole house, with its real processes."""
