"""The profile statuses that a domain has: four built in, and up to six of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from domain.refusals import (
    BuiltInStays,
    DefinitionExists,
    DefinitionUnknown,
    NotACustomStatus,
    StatusNotInUse,
    TooManyDefinitions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A profile status as a domain offers it."""

    profile_status_id: str
    name: str
    icon_type: str
    display_order: int
    #: Whether it is in use; one of the domain's own always is.
    is_in_use: bool = True
    #: Whether people may pick it for themselves, or only an administrator for them.
    is_for_everybody: bool = True
    #: Names by language (`ko_KR`), in the order in which they were given.
    names: tuple[tuple[str, str], ...] = ()

    @property
    def is_built_in(self) -> bool:
        """Return whether every domain has it."""
        return self.profile_status_id in BUILT_IN


Definitions = Mapping[str, Definition]

#: The four that every domain has (NAVER WORKS, "create a profile status").
BUILT_IN: Final[Definitions] = {
    definition.profile_status_id: definition
    for definition in (
        Definition(profile_status_id="BUSY", name="Busy", icon_type="BUSY", display_order=1),
        Definition(profile_status_id="AWAY", name="Away", icon_type="AWAY", display_order=2),
        Definition(profile_status_id="LEAVE_OFFICE", name="Off work", icon_type="OFF", display_order=3),
        Definition(profile_status_id="ABSENCE", name="Absent", icon_type="ABSENCE", display_order=4),
    )
}

CUSTOM_IDS: Final = tuple(f"CUSTOM{number:02}" for number in range(1, 13))

PROFILE_STATUS_IDS: Final = (*BUILT_IN, *CUSTOM_IDS)

#: What a definition can be drawn as (NAVER WORKS, `iconType`).
ICON_TYPES: Final = (
    "BUSY",
    "URGENT",
    "FOCUS_MODE",
    "PHONE",
    "MEETING",
    "AWAY",
    "BACK_SOON",
    "EATING",
    "TEA_TIME",
    "AT_HOME",
    "AT_OFFICE",
    "EDUCATION",
    "WORKING_OUTSIDE",
    "BUSINESS_TRIP",
    "OFF",
    "HALF_DAY",
    "VACATION",
    "ABSENCE",
    "SICK_LEAVE",
    "LEAVE_OF_ABSENCE",
    "ACTION",
    "ONLINE",
)

#: At most ten, the four built-in ones included (NAVER WORKS).
MOST: Final = 10


def listed(definitions: Definitions) -> list[Definition]:
    """Return the definitions in the order in which they are shown."""
    return sorted(definitions.values(), key=lambda one: (one.display_order, one.profile_status_id))


def find(definitions: Definitions, profile_status_id: str) -> Definition:
    """Return the definition with this id.

    Raises:
        DefinitionUnknown: the domain has none.
    """
    if profile_status_id not in definitions:
        raise DefinitionUnknown
    return definitions[profile_status_id]


def first_free(definitions: Iterable[str]) -> str:
    """Return the first id that a domain can still give to a status of its own.

    Raises:
        TooManyDefinitions: all are taken.
    """
    taken = set(definitions)
    for candidate in CUSTOM_IDS:
        if candidate not in taken:
            return candidate
    raise TooManyDefinitions


def check_can_add(definitions: Definitions, new: Definition) -> None:
    """Return nothing when the domain can have `new` as well.

    Raises:
        NotACustomStatus: it is one of the built-in ones.
        DefinitionExists: the domain has one with this id.
        TooManyDefinitions: the domain has as many as it can.
    """
    if new.is_built_in:
        raise NotACustomStatus("profileStatusId")
    if new.profile_status_id in definitions:
        raise DefinitionExists
    if len(definitions) >= MOST:
        raise TooManyDefinitions


def rewritten(old: Definition, new: Definition) -> Definition:
    """Return `old` as `new` wants it: a built-in one keeps its name and icon, one of the domain's own stays in use."""
    if old.is_built_in:
        return replace(
            old,
            is_in_use=new.is_in_use,
            is_for_everybody=new.is_for_everybody,
            display_order=new.display_order,
        )
    return replace(new, profile_status_id=old.profile_status_id, is_in_use=True)


def check_can_delete(definition: Definition) -> None:
    """Return nothing when the domain may do without this one.

    Raises:
        BuiltInStays: every domain has it.
    """
    if definition.is_built_in:
        raise BuiltInStays


def check_in_use(definitions: Definitions, profile_status_id: str) -> Definition:
    """Return the definition of a status that somebody chooses.

    Raises:
        StatusNotInUse: the domain has none, or does not use it.
    """
    chosen = definitions.get(profile_status_id)
    if chosen is None or not chosen.is_in_use:
        raise StatusNotInUse
    return chosen


def shown_as(definitions: Definitions, profile_status_id: str) -> Definition:
    """Return how a status is shown; an out-of-office is shown even where the domain has no such status."""
    return definitions.get(profile_status_id) or BUILT_IN[profile_status_id]
