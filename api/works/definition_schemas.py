"""Bodies of the directory's profile statuses (NAVER WORKS, directory-profile-status pages)."""

from collections import Counter
from typing import Annotated, Final, Literal
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictInt, StrictStr

from api.misspelt_names import CheckedNames
from api.texts import printable
from api.works.schemas import ProfileStatusId
from domain.definitions import ICON_TYPES

IconType = Literal[ICON_TYPES]  # type: ignore[valid-type] # made from the rules' own list
Language = Literal["ko_KR", "en_US", "ja_JP", "zh_CN", "zh_TW"]


def _visible(name: str) -> str:
    """Return `name`; raise `ValueError` if it contains only blanks and characters without a shape (U+200B)."""
    if all(character.isspace() or category(character) in _SHAPELESS for character in name):
        message = "It must contain a visible character."
        raise ValueError(message)
    return name


#: Unicode's general categories of control and format characters.
_SHAPELESS: Final = {"Cc", "Cf"}

Name = Annotated[
    StrictStr, Field(min_length=1, max_length=20), AfterValidator(printable), AfterValidator(_visible)
]
#: int32, as the vendor's tables say.
Order = Annotated[StrictInt, Field(ge=1, le=2**31 - 1)]
DomainNumber = Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]

_EXAMPLE: Final[dict[str, JsonValue]] = {
    "domainId": 1,
    "profileStatusId": "CUSTOM01",
    "iconType": "AT_HOME",
    "enableSettingByUser": True,
    "profileStatusName": "At home",
    "i18nNames": [{"language": "ko_KR", "name": "재택"}],
    "displayOrder": 5,
}


_ANSWER: Final[dict[str, JsonValue]] = {
    **_EXAMPLE,
    "useDefaultStatus": True,
    "iconUrl": "http://127.0.0.1:8000/icons/AT_HOME.svg",
}


class I18nName(CheckedNames):
    """A name in one language."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language
    name: Name


def _one_for_each_language(names: list[I18nName]) -> list[I18nName]:
    """Return `names`; raise `ValueError` if two of them are in one language."""
    language, count = Counter(name.language for name in names).most_common(1)[0] if names else ("", 0)
    if count > 1:
        message = f"{language} can have one name only."
        raise ValueError(message)
    return names


class _Fields(CheckedNames):
    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra={"examples": [_EXAMPLE]})

    domainId: DomainNumber
    useDefaultStatus: StrictBool = True
    enableSettingByUser: StrictBool = True
    i18nNames: Annotated[list[I18nName], AfterValidator(_one_for_each_language)] = Field(
        default=[], max_length=5
    )


class DefinitionBody(_Fields):
    """The new values of a profile status. A field that is not given gets its default."""

    iconType: IconType
    profileStatusName: Name
    displayOrder: Order


class NewDefinitionBody(DefinitionBody):
    """A new profile status. Without an id it gets the first free one."""

    profileStatusId: ProfileStatusId | None = None


class DefinitionPatch(_Fields):
    """Changes to a profile status. A field that is not given stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"domainId": 1, "displayOrder": 2}]})

    iconType: IconType = "BUSY"  # never read unless given; null is refused
    profileStatusName: Name = " "
    displayOrder: Order = 1


class DefinitionAnswer(BaseModel):
    """A profile status of a domain."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    domainId: int
    profileStatusId: str
    iconType: str
    iconUrl: str
    useDefaultStatus: bool
    enableSettingByUser: bool
    profileStatusName: str
    i18nNames: list[I18nName]
    displayOrder: int


class DefinitionList(BaseModel):
    """All profile statuses of a domain, in display order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"profileStatuses": [_ANSWER]}]})

    profileStatuses: list[DefinitionAnswer]
