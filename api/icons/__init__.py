"""The icons of the profile statuses."""
