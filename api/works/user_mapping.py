"""From the directory to the wire: people in NAVER WORKS' words."""

from collections.abc import Sequence

from api.works import cursors
from api.works.user_schemas import ResponseMetaData, UserAnswer, UserList, UserName
from domain.directory import Person


def answer(person: Person, aliases: Sequence[str]) -> UserAnswer:
    """Return a person as the dialect shows them; whoever is suspended or deleted is not shown at all."""
    return UserAnswer(
        domainId=person.domain.id,
        userId=person.user_id,
        userExternalKey=person.external_key,
        externalKey=person.external_key,
        email=person.email,
        aliasEmails=list(aliases),
        # A first name that is null would be printed as such by clients that put both together.
        userName=UserName(lastName=person.name, firstName=""),
        isAdministrator=person.is_administrator,
        isSuspended=False,
        isDeleted=False,
    )


def answers(users: list[UserAnswer], last: Person | None) -> UserList:
    """Return a page that goes on after `last`; `None`: it is the last one."""
    next_cursor = cursors.after(last.id) if last else ""
    return UserList(users=users, responseMetaData=ResponseMetaData(nextCursor=next_cursor))
