"""Bodies about the domain of a token: itself, its profile statuses, its clients."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.v1.schemas import Written

_DOMAIN: Final[dict[str, JsonValue]] = {
    "id": 1,
    "name": "example.com",
    "zone": "Asia/Seoul",
    "dayHalves": "13:00",
    "statusesAreOn": True,
}
_DEFINITION: Final[dict[str, JsonValue]] = {
    "id": "ABSENCE",
    "name": "Absent",
    "names": {"ko_KR": "부재"},
    "iconUrl": "http://127.0.0.1:8000/icons/ABSENCE.svg",
    "inUse": True,
    "forEverybody": True,
    "order": 4,
}
_CLIENT: Final[dict[str, JsonValue]] = {
    "id": "5d1b0c3a4f7e9b2c6d80",
    "name": "HR sync",
    "serviceAccount": "1f0c9a7e.serviceaccount@example.com",
    "scopes": ["directory"],
    "revokedAt": "2026-12-01T09:00:00+00:00",
}


class DomainAnswer(BaseModel):
    """The domain of the token."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DOMAIN]})

    id: int
    name: str
    zone: Annotated[str, Field(description="The IANA name of its time zone, by which days are meant")]
    dayHalves: Annotated[str, Field(description="When the second half of a day begins, by its clocks")]
    statusesAreOn: Annotated[bool, Field(description="Whether people can have statuses")]


class DefinitionAnswer(BaseModel):
    """A profile status that the domain's people can have."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DEFINITION]})

    id: str
    name: str
    names: Annotated[dict[str, str], Field(description="Names by language")]
    iconUrl: str
    inUse: Annotated[bool, Field(description="Whether it can be chosen")]
    forEverybody: Annotated[
        bool, Field(description="Whether people choose it themselves; else administrators do")
    ]
    order: Annotated[int, Field(description="Its position in a list")]


class DefinitionList(BaseModel):
    """The profile statuses of the domain, in their order; none if it has switched statuses off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"definitions": [_DEFINITION]}]})

    definitions: list[DefinitionAnswer]


class ClientAnswer(BaseModel):
    """An OAuth client of the domain. Events name it by its service account."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CLIENT]})

    id: str
    name: str
    serviceAccount: str
    scopes: list[str]
    revokedAt: Annotated[Written | None, Field(description="When it was revoked, with all its tokens")]


class ClientList(BaseModel):
    """The OAuth clients of the domain, by name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"clients": [_CLIENT]}]})

    clients: list[ClientAnswer]
