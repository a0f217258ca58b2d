"""Maps people of the directory to NAVER WORKS' users."""

from collections.abc import Sequence

from api.works import cursors
from api.works.user_schemas import ResponseMetaData, UserAnswer, UserList, UserName
from domain.directory import Person


def answer(person: Person, aliases: Sequence[str]) -> UserAnswer:
    """Build the response body for a person. Suspended and deleted people are never shown."""
    return UserAnswer(
        domainId=person.domain.id,
        userId=person.user_id,
        userExternalKey=person.external_key,
        externalKey=person.external_key,
        email=person.email,
        aliasEmails=list(aliases),
        # Clients that join both names would print a null.
        userName=UserName(lastName=person.name, firstName=""),
        isAdministrator=person.is_administrator,
        isSuspended=False,
        isDeleted=False,
    )


def answers(users: list[UserAnswer], last: Person | None) -> UserList:
    """Build a page. The next one begins after `last`; None means that this is the last page."""
    next_cursor = cursors.after(last.id) if last else ""
    return UserList(users=users, responseMetaData=ResponseMetaData(nextCursor=next_cursor))
