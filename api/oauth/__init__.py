"""OAuth 2.0: clients get tokens (RFC 6749), with the grants of NAVER WORKS."""
