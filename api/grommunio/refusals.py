"""Refusals that only this dialect has."""

from domain.refusals import Refusal


class LoginIncomplete(Refusal):
    """A login needs a user and a password, or the valid cookie of an earlier login."""


class LoginTooLarge(Refusal):
    """The login form is larger than 64 kB."""
