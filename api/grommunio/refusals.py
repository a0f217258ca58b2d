"""Refusals that only this dialect has."""

from domain.refusals import Refusal


class MissingData(Refusal):
    """Missing or incomplete data"""  # noqa: D400, D415 (the admin API's exact message)
