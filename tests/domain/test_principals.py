import pytest

from domain.credentials import Bearer, Login, Scope, stamp
from domain.definitions import BUILT_IN, Definition
from domain.directory import Person
from domain.principals import READING, WRITING, Standing, TokenHolder, admit
from domain.refusals import (
    AccountDeactivated,
    AccountGone,
    AdministratorsOnly,
    CallerUnknown,
    NotForEverybody,
    OwnStatusesOnly,
    Refusal,
    ScopeMissing,
    TokenExpired,
    TokenRevoked,
)
from tests.builders import a_domain

RESERVED_FOR_ADMINISTRATORS = Definition(
    profile_status_id="CUSTOM01", name="Leave", icon_type="OFF", display_order=5, is_for_everybody=False
)


def a_person(number: int = 1) -> Person:
    return Person(
        id=number,
        user_id=f"user-{number}",
        domain=a_domain(),
        email=f"u{number}@example.com",
        external_key=None,
        name="Kim",
    )


def a_caller(*scopes: Scope, of: Person | None = None, is_administrator: bool | None = None) -> TokenHolder:
    """Return the caller with these scopes; a person's with the rights that the directory gives."""
    bearer = Bearer(name="caller", domain_id=1, scopes=frozenset(scopes), user_id=of.user_id if of else None)
    principal = admit(bearer, standing(of if is_administrator is not None else None, is_administrator))
    assert isinstance(principal, TokenHolder)
    return principal


def standing(person: Person | None, is_administrator: bool | None = None) -> Standing:
    """Return what the store knows of a person; nothing for nobody."""
    if person is None:
        return Standing()
    return Standing(
        domain_id=1, email=person.email, is_active=person.is_active, is_administrator=bool(is_administrator)
    )


CHANGED = "the hash of another password"
MEMBER, OTHER = a_person(1), a_person(2)


def test_nobody_speaks_for_a_person_who_is_gone():
    with pytest.raises(CallerUnknown):
        a_caller(Scope.DIRECTORY, of=MEMBER, is_administrator=None)


@pytest.mark.parametrize(
    ("scope", "holder", "whom", "refusal"),
    [
        # A service: `user` and `directory` allow everybody.
        ("user", "service", OTHER, None),
        ("directory", "service", OTHER, None),
        ("user.read", "service", OTHER, ScopeMissing),
        ("directory.read", "service", OTHER, ScopeMissing),
        # An administrator: `user` allows oneself, `directory` everybody.
        ("user", "administrator", MEMBER, None),
        ("user", "administrator", OTHER, OwnStatusesOnly),
        ("directory", "administrator", MEMBER, None),
        ("directory", "administrator", OTHER, None),
        ("directory.read", "administrator", OTHER, ScopeMissing),
        # Anybody else: both allow only oneself.
        ("user", "member", MEMBER, None),
        ("user", "member", OTHER, OwnStatusesOnly),
        ("directory", "member", MEMBER, None),
        ("directory", "member", OTHER, OwnStatusesOnly),
        ("user.read", "member", MEMBER, ScopeMissing),
        ("directory.read", "member", MEMBER, ScopeMissing),
    ],
)
def test_who_may_write_whose_statuses(scope: str, holder: str, whom: Person, refusal: type[Refusal] | None):
    of = None if holder == "service" else MEMBER
    caller = a_caller(Scope(scope), of=of, is_administrator=holder == "administrator")
    if refusal is None:
        caller.check_may_write_for(whom)
    else:
        with pytest.raises(refusal) as refused:
            caller.check_may_write_for(whom)
        assert type(refused.value) is refusal


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("is_administrator", [True, False])
def test_every_scope_is_good_for_reading_in_everybodys_hands(scope: Scope, is_administrator: bool):
    a_caller(scope).check_may(*READING)
    a_caller(scope, of=MEMBER, is_administrator=is_administrator).check_may(*READING)


@pytest.mark.parametrize(
    ("scope", "is_administrator", "refusal"),
    [
        ("directory", True, None),
        ("directory", False, AdministratorsOnly),
        ("directory.read", True, ScopeMissing),
        ("directory.read", False, ScopeMissing),
        ("user", True, ScopeMissing),
        ("user", False, ScopeMissing),
    ],
)
def test_only_administrators_decide_what_people_can_be(
    scope: str, is_administrator: bool, refusal: type[Refusal] | None
):
    caller = a_caller(Scope(scope), of=MEMBER, is_administrator=is_administrator)
    if refusal is None:
        caller.check_may(Scope.DIRECTORY)
    else:
        with pytest.raises(refusal):
            caller.check_may(Scope.DIRECTORY)


def test_a_missing_scope_is_told_by_all_that_would_do():
    with pytest.raises(ScopeMissing, match=r"user, directory\.$"):
        a_caller(Scope.USER_READ).check_may(*WRITING)


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        (a_caller(Scope.DIRECTORY), True),
        (a_caller(Scope.USER), True),
        (a_caller(Scope.DIRECTORY, of=MEMBER, is_administrator=True), True),
        (a_caller(Scope.USER, of=MEMBER, is_administrator=True), False),
        (a_caller(Scope.DIRECTORY, of=MEMBER, is_administrator=False), False),
        (a_caller(Scope.USER, of=MEMBER, is_administrator=False), False),
    ],
)
def test_a_status_that_is_not_for_everybody_is_given_by_administrators_and_services(
    caller: TokenHolder, may: bool
):
    caller.check_may_choose(BUILT_IN["BUSY"])
    if may:
        caller.check_may_choose(RESERVED_FOR_ADMINISTRATORS)
    else:
        with pytest.raises(NotForEverybody):
            caller.check_may_choose(RESERVED_FOR_ADMINISTRATORS)


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        # A token whose person…
        (Standing(domain_id=1, email="u1@example.com", is_active=True), None),
        (Standing(domain_id=1, email="u1@example.com", is_active=False), CallerUnknown),
        (Standing(domain_id=2, email="u1@example.com", is_active=True), CallerUnknown),
        (Standing(), CallerUnknown),
        # …or which itself was revoked.
        (Standing(is_revoked=True, domain_id=1, email="u1@example.com", is_active=True), TokenRevoked),
        (Standing(is_revoked=True), TokenRevoked),
    ],
)
def test_whose_token_is_admitted(found: Standing, refusal: type[Refusal] | None):
    bearer = Bearer(name="u1", domain_id=1, scopes=frozenset(Scope), user_id="user-1")
    if refusal is None:
        assert admit(bearer, found).name == "u1"
    else:
        with pytest.raises(refusal):
            admit(bearer, found)


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        (Standing(email="u1@example.com", is_active=True), None),
        (Standing(email="u1@example.com", is_active=True, password_hash=CHANGED), TokenExpired),
        (Standing(email="u1@example.com", is_active=False), AccountDeactivated),
        (Standing(), AccountGone),
    ],
)
def test_whose_login_is_admitted(found: Standing, refusal: type[Refusal] | None):
    login = Login("user-1", stamp(None))
    if refusal is None:
        assert admit(login, found).name == "u1@example.com"
    else:
        with pytest.raises(refusal):
            admit(login, found)
