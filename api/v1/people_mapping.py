"""Maps people and what they show to the bodies of this dialect."""

from typing import Final

from api.icons.urls import icon_url
from api.v1.cursors import cursor
from api.v1.people_schemas import PeopleList, PersonAnswer, ShownStatus
from domain.availability import Layer
from domain.definitions import Definitions, shown_as
from domain.moments import in_zone
from services.availability import Found, Page

#: The name of the list in cursors.
LIST: Final = "people"


def person(found: Found, root_url: str) -> PersonAnswer:
    """Build the response body for a person."""
    one, told = found.person, found.availability
    #: Often what shows, what answers mail and what makes the person away are the same status.
    made: dict[str, ShownStatus] = {}

    def made_once(layer: Layer) -> ShownStatus:
        if layer.id not in made:
            made[layer.id] = _shown(layer, found.definitions, one.domain.zone, root_url)
        return made[layer.id]

    def shown(layer: Layer | None) -> ShownStatus | None:
        return made_once(layer) if layer else None

    return PersonAnswer(
        id=one.user_id,
        number=one.id,
        name=one.name,
        email=one.email,
        aliases=list(found.aliases),
        externalKey=one.external_key,
        isAway=told.is_away,
        shown=shown(told.shown),
        next=shown(told.next),
        outOfOffice=shown(told.out_of_office),
        awayWith=None if told.away_with is None else [made_once(layer) for layer in told.away_with],
    )


def people(page: Page, root_url: str) -> PeopleList:
    """Build a page of people."""
    return PeopleList(people=[person(found, root_url) for found in page.people], next=next_page(page))


def next_page(page: Page) -> str | None:
    """Return the cursor of the page after this one."""
    return None if page.next_after is None else cursor(LIST, str(page.next_after))


def _shown(layer: Layer, definitions: Definitions, zone: str, root_url: str) -> ShownStatus:
    definition = shown_as(definitions, layer.profile_status_id)
    return ShownStatus(
        id=layer.id,
        status=layer.profile_status_id,
        name=definition.name,
        iconUrl=icon_url(definition, root_url),
        message=layer.message,
        startsAt=(
            layer.starts_at.written if layer.starts_at else in_zone(layer.in_force_at, zone)
        ).isoformat(),
        endsAt=layer.ends_at.written.isoformat() if layer.ends_at else None,
        replies=layer.replies,
    )
