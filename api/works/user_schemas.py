"""Bodies of users (NAVER WORKS, user-list and user-get pages), with the fields that Presently has."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_EXAMPLE: Final[dict[str, JsonValue]] = {
    "domainId": 1,
    "userId": "userf7da-f82c-4284-13e7-030f3b4c756a",
    "userExternalKey": "E001",
    "externalKey": "E001",
    "email": "u1@example.com",
    "aliasEmails": ["minjun@example.com"],
    "userName": {"lastName": "Kim Minjun", "firstName": ""},
    "isAdministrator": False,
    "isSuspended": False,
    "isDeleted": False,
}


class UserName(BaseModel):
    """A name. Presently does not guess its parts: the whole name is the last name."""

    lastName: str
    firstName: str


class UserAnswer(BaseModel):
    """A person of the domain."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    domainId: int
    userId: str
    userExternalKey: str | None
    externalKey: Annotated[
        str | None,
        Field(description="The same as `userExternalKey`, under its name in the list of external keys"),
    ]
    email: str
    aliasEmails: list[str]
    userName: UserName
    isAdministrator: bool
    isSuspended: bool
    isDeleted: bool


class ResponseMetaData(BaseModel):
    """The cursor of the next page. It is empty on the last page."""

    nextCursor: str


class UserList(BaseModel):
    """A page of the domain's people, in the order in which they were added."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"users": [_EXAMPLE], "responseMetaData": {"nextCursor": "cGVyc29uOjE"}}]
        }
    )

    users: list[UserAnswer]
    responseMetaData: ResponseMetaData
