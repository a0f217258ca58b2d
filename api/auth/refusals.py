"""Refusals that only a request over HTTP has."""

from domain.refusals import NotSignedIn


class NoToken(NotSignedIn):
    """A bearer token is required in the Authorization header: Bearer, a space, and the token."""


class CsrfTokenWrong(NotSignedIn):
    """The CSRF token is missing or does not belong to this login."""
