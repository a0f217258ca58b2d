"""Refusals that only the form of the token endpoint has."""

from domain.refusals import InvalidValue, NoGrant


class NotAForm(NoGrant):
    """The body must be a UTF-8 form of Content-Type application/x-www-form-urlencoded with valid parameter names."""


class FormTooLarge(NoGrant):
    """The form is larger than 64 kB, or has more than 20 parameters."""


class ParameterRepeated(InvalidValue):
    """A parameter can be given once only."""


class ClientShownTwice(NoGrant):
    """Send the client id and secret in the Authorization header or in the form, not in both."""


class GrantTypeUnknown(NoGrant):
    """Unknown grant type; use urn:ietf:params:oauth:grant-type:jwt-bearer, refresh_token or client_credentials."""
