"""The profile statuses of a domain: four built-in ones, and up to six custom ones."""

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
    """A profile status that a domain offers."""

    profile_status_id: str
    name: str
    icon_type: str
    display_order: int
    #: Whether people can choose it; a custom status is always in use.
    is_in_use: bool = True
    #: Whether people may choose it themselves; else only an administrator sets it.
    is_for_everybody: bool = True
    #: Names by language (`ko_KR`), in the order of the request.
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

#: The icons that a definition can have (NAVER WORKS, `iconType`).
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
    """Return the definitions in display order."""
    return sorted(definitions.values(), key=lambda one: (one.display_order, one.profile_status_id))


def find(definitions: Definitions, profile_status_id: str) -> Definition:
    """Return the definition with this id, or raise `DefinitionUnknown`."""
    if profile_status_id not in definitions:
        raise DefinitionUnknown
    return definitions[profile_status_id]


def first_free(definitions: Iterable[str]) -> str:
    """Return the first free id for a custom status, or raise `TooManyDefinitions`."""
    taken = set(definitions)
    for candidate in CUSTOM_IDS:
        if candidate not in taken:
            return candidate
    raise TooManyDefinitions


def check_can_add(definitions: Definitions, new: Definition) -> None:
    """Check that `new` can be added to the domain's definitions.

    Raises:
        NotACustomStatus: it is a built-in status.
        DefinitionExists: the domain has a definition with this id.
        TooManyDefinitions: the domain has the maximum number of definitions.
    """
    if new.is_built_in:
        raise NotACustomStatus("profile_status_id")
    if new.profile_status_id in definitions:
        raise DefinitionExists
    if len(definitions) >= MOST:
        raise TooManyDefinitions


def rewritten(old: Definition, new: Definition) -> Definition:
    """Return `old` with the values of `new`. A built-in status keeps its names and icon; a custom one stays in use."""
    if old.is_built_in:
        return replace(
            old,
            is_in_use=new.is_in_use,
            is_for_everybody=new.is_for_everybody,
            display_order=new.display_order,
        )
    return replace(new, profile_status_id=old.profile_status_id, is_in_use=True)


def check_can_delete(definition: Definition) -> None:
    """Raise `BuiltInStays` if this is a built-in status, which every domain has."""
    if definition.is_built_in:
        raise BuiltInStays


def check_in_use(definitions: Definitions, profile_status_id: str) -> Definition:
    """Return the definition with this id; raise `StatusNotInUse` if the domain does not have it or does not use it."""
    chosen = definitions.get(profile_status_id)
    if chosen is None or not chosen.is_in_use:
        raise StatusNotInUse(one.profile_status_id for one in listed(definitions) if one.is_in_use)
    return chosen


def shown_as(definitions: Definitions, profile_status_id: str) -> Definition:
    """Return the definition to display: the domain's, else the built-in one, as an out-of-office is always shown."""
    return definitions.get(profile_status_id) or BUILT_IN[profile_status_id]


def name_of(definitions: Definitions, profile_status_id: str) -> str:
    """Return the name of a profile status, also of one that the domain has removed: then it is the id."""
    found = definitions.get(profile_status_id) or BUILT_IN.get(profile_status_id)
    return found.name if found else profile_status_id
