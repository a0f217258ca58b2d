"""Maps people of the directory to NAVER WORKS' users."""

from api.works import cursors
from api.works.user_schemas import ResponseMetaData, UserAnswer, UserList, UserName
from services.people import Listed, Page


def answer(listed: Listed) -> UserAnswer:
    """Build the response body for a person. Suspended and deleted people are never shown."""
    person = listed.person
    return UserAnswer(
        domainId=person.domain.id,
        userId=person.user_id,
        userExternalKey=person.external_key,
        externalKey=person.external_key,
        email=person.email,
        aliasEmails=list(listed.aliases),
        # Clients that join both names would print a null.
        userName=UserName(lastName=person.name, firstName=""),
        isAdministrator=person.is_administrator,
        isSuspended=False,
        isDeleted=False,
    )


def answers(page: Page) -> UserList:
    """Build a page of people."""
    next_cursor = cursors.after(page.next_after) if page.next_after is not None else ""
    users = [answer(listed) for listed in page.people]
    return UserList(users=users, responseMetaData=ResponseMetaData(nextCursor=next_cursor))
