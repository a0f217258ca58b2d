"""Refusals that only this dialect has."""

from domain.refusals import Refusal


class MissingData(Refusal):
    """Missing or incomplete data"""  # noqa: D400, D415 (the admin API's exact message)


class LoginIncomplete(Refusal):
    """A login needs a user and a password, or the valid cookie of an earlier login."""


class LoginTooLarge(Refusal):
    """The login form is larger than 64 kB."""
