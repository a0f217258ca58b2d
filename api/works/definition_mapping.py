"""Maps NAVER WORKS' profile statuses of a domain to definitions, and back."""

from typing import Any, Final

from api.icons.urls import icon_url
from api.works.definition_schemas import (
    DefinitionAnswer,
    DefinitionBody,
    DefinitionList,
    DefinitionPatch,
    I18nName,
)
from domain.definitions import Definition, Definitions, listed


def definition(body: DefinitionBody, profile_status_id: str) -> Definition:
    """Build the definition that a POST or PUT describes."""
    return Definition(
        profile_status_id=profile_status_id,
        name=body.profileStatusName,
        icon_type=body.iconType,
        display_order=body.displayOrder,
        is_in_use=body.useDefaultStatus,
        is_for_everybody=body.enableSettingByUser,
        names=_names(body.i18nNames),
    )


_FIELDS: Final = {
    "profileStatusName": "name",
    "iconType": "icon_type",
    "displayOrder": "display_order",
    "useDefaultStatus": "is_in_use",
    "enableSettingByUser": "is_for_everybody",
}


def changes(patch: DefinitionPatch) -> dict[str, Any]:
    """Return the fields of a definition that a PATCH changes."""
    given = patch.model_fields_set
    changed: dict[str, Any] = {name: getattr(patch, key) for key, name in _FIELDS.items() if key in given}
    if "i18nNames" in given:
        changed["names"] = _names(patch.i18nNames)
    return changed


def answer(one: Definition, domain_id: int, root_url: str) -> DefinitionAnswer:
    """Build the response body for a definition."""
    return DefinitionAnswer(
        domainId=domain_id,
        profileStatusId=one.profile_status_id,
        iconType=one.icon_type,
        iconUrl=icon_url(one, root_url),
        useDefaultStatus=one.is_in_use,
        enableSettingByUser=one.is_for_everybody,
        profileStatusName=one.name,
        i18nNames=[_stored(language=language, name=name) for language, name in one.names],
        displayOrder=one.display_order,
    )


def answers(definitions: Definitions, domain_id: int, root_url: str) -> DefinitionList:
    """Build the response body for a domain's definitions, in display order."""
    return DefinitionList(profileStatuses=[answer(one, domain_id, root_url) for one in listed(definitions)])


def _stored(**values: Any) -> I18nName:
    """Build a stored name. It is not validated, because earlier versions stored names that are refused now."""
    return I18nName.model_construct(**values)


def _names(given: list[I18nName]) -> tuple[tuple[str, str], ...]:
    return tuple((item.language, item.name) for item in given)
