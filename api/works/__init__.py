"""The NAVER WORKS dialect: user profile statuses, API 2.0."""
