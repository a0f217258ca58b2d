"""Default values for the form of a new user, and the list of languages."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.routing import DomainId, for_administrators, for_everybody
from services import administration

router = for_everybody()
logged_in = for_administrators()

_LANGUAGES: Final = {
    "cs_CZ": "Čeština",
    "da_DK": "Dansk",
    "de_DE": "Deutsch",
    "en_GB": "English (UK)",
    "en_US": "English (US)",
    "es_ES": "Español",
    "fi_FI": "Suomi",
    "fr_FR": "Français",
    "hu_HU": "Magyar",
    "it_IT": "Italiano",
    "ja_JP": "日本語",
    "ko_KR": "한국어",
    "nb_NO": "Norsk bokmål",
    "nl_NL": "Nederlands",
    "pl_PL": "Polski",
    "pt_BR": "Português (Brasil)",
    "pt_PT": "Português",
    "sv_SE": "Svenska",
    "tr_TR": "Türkçe",
    "uk_UA": "Українська",
    "zh_CN": "简体中文",
    "zh_TW": "繁體中文",
}


class Language(BaseModel):
    """A language: its code, and its name in that language."""

    code: str
    name: str


class Languages(BaseModel):
    """The languages that a user may have."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": [{"code": "en_US", "name": "English (US)"}]}]}
    )

    data: list[Language]


class Beginnings(BaseModel):
    """Default values for a new user and a new domain: none."""

    user: dict[str, None] = {}
    domain: dict[str, None] = {}


class CreateParams(BaseModel):
    """Default values of the forms."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": {"user": {}, "domain": {}}}]})

    data: Beginnings = Beginnings()


@router.get("/defaults/storeLangs", summary="List languages")
async def languages() -> Languages:
    """Return the languages that a user may have."""
    return Languages(data=[Language(code=code, name=name) for code, name in _LANGUAGES.items()])


@logged_in.get("/defaults/createParams", responses=errors(400), summary="Get the default values of forms")
def create_params(
    store: TheStore,
    login: TheLogin,
    domain: Annotated[
        int | None, Query(ge=0, description="The number of the new user's domain", examples=[1])
    ] = None,
) -> CreateParams:
    """Return the default values for a new user and a new domain."""
    if domain is None:
        administration.check_may(store, login)
    else:
        administration.check_may_read(store, login, domain)
    return CreateParams()


@logged_in.get(
    "/defaults/createParams/{domainID:number}",
    responses=errors(404),
    summary="Get the default values of forms for a domain",
)
def create_params_of_domain(domain_id: DomainId, store: TheStore, login: TheLogin) -> CreateParams:
    """Return the default values for a new user of one domain."""
    administration.check_may_read(store, login, domain_id)
    return CreateParams()
