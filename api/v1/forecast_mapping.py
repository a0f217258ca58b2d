"""Maps forecasts to the bodies of this dialect."""

from typing import Final

from api.v1 import history_mapping, status_mapping
from api.v1.forecast_schemas import ForecastAnswer, WarningAnswer
from domain import forecast as rules
from domain.forecast import Forecast, WarningKind
from services.plans import Found

_SENTENCES: Final = {
    WarningKind.COVERS: "It is shown instead of {other}.",
    WarningKind.COVERED: "{other} is shown instead of it.",
    WarningKind.NEVER_SHOWN: "It is never shown: others are shown instead of it all the time.",
}


def answer(found: Found, forecast: Forecast) -> ForecastAnswer:
    """Build the response body for a write that was only tried."""
    zone = found.person.domain.zone
    return ForecastAnswer(
        status=status_mapping.answer(found),
        timeline=history_mapping.segments(forecast.segments, found.definitions, zone),
        warnings=[_warning(warning, zone) for warning in forecast.warnings],
    )


def _warning(warning: rules.Warning, zone: str) -> WarningAnswer:
    other, message = warning.other, warning.other.message if warning.other else None
    name = f"{other.profile_status_id}{f' ({message})' if message else ''}" if other else ""
    return WarningAnswer(
        kind=warning.kind.value,
        detail=warning.said or _SENTENCES[warning.kind].format(other=name),
        otherId=other.id if other else None,
        startsAt=history_mapping.written(warning.starts_at, zone),
        endsAt=history_mapping.written(warning.ends_at, zone),
    )
