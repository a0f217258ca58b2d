"""OAuth 2.0: how clients get tokens (RFC 6749), as NAVER WORKS has it."""
