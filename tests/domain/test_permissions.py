"""The permissions of roles: section 8, row by row, and the limits of their parameters."""

import pytest

from domain.permissions import (
    CAPABILITIES,
    AccessTarget,
    BadRole,
    Capability,
    Permission,
    Role,
    capabilities,
    may_read,
    may_write,
    role,
)
from domain.principals import Administrator
from domain.refusals import MayNotLogIn, NotAllowed

HERE = AccessTarget(domain_id=1, organisation_id=5)
ELSEWHERE = AccessTarget(domain_id=2, organisation_id=6)
ALONE = AccessTarget(domain_id=3, organisation_id=None)


def an_administrator(*roles: Role) -> Administrator:
    return Administrator(email="u1@example.com", roles=frozenset(roles))


@pytest.mark.parametrize(
    ("held", "names"),
    [
        (
            "SystemAdmin",
            {
                "SystemAdminWrite",
                "SystemAdminRead",
                "OrgAdmin",
                "DomainAdminRead",
                "DomainAdminWrite",
                "ResetPasswd",
                "DomainPurge",
            },
        ),
        ("SystemAdminRO", {"SystemAdminRead", "DomainAdminRead"}),
        ("OrgAdmin", {"OrgAdmin", "DomainAdminRead", "DomainAdminWrite", "ResetPasswd"}),
        ("DomainAdmin", {"DomainAdminRead", "DomainAdminWrite", "ResetPasswd"}),
        ("DomainAdminRO", {"DomainAdminRead"}),
        ("ResetPasswd", {"ResetPasswd"}),
        ("DomainPurge", {"DomainPurge"}),
    ],
)
def test_each_permission_makes_capable_of(held: str, names: set[str]):
    assert {capability.value for capability in CAPABILITIES[Permission(held)]} == names


def test_every_permission_has_its_row():
    assert set(CAPABILITIES) == set(Permission)


def test_roles_together_make_capable_of_what_each_does():
    held = [role("DomainAdminRO", "1"), role("ResetPasswd")]
    assert capabilities(held) == {Capability.DOMAIN_ADMIN_READ, Capability.RESET_PASSWD}
    assert capabilities([]) == frozenset()


@pytest.mark.parametrize(
    ("held", "reads", "writes"),
    [
        # `here` is domain 1 of organisation 5, `elsewhere` domain 2 of 6, `alone` domain 3 of none.
        (role("SystemAdmin"), {HERE, ELSEWHERE, ALONE}, {HERE, ELSEWHERE, ALONE}),
        (role("SystemAdminRO"), {HERE, ELSEWHERE, ALONE}, set()),
        (role("OrgAdmin", "5"), {HERE}, {HERE}),
        (role("OrgAdmin", "1"), set(), set()),
        (role("OrgAdmin", "*"), {HERE, ELSEWHERE, ALONE}, {HERE, ELSEWHERE, ALONE}),
        (role("DomainAdmin", "1"), {HERE}, {HERE}),
        (role("DomainAdmin", "5"), set(), set()),
        (role("DomainAdmin", "*"), {HERE, ELSEWHERE, ALONE}, {HERE, ELSEWHERE, ALONE}),
        (role("DomainAdminRO", "1"), {HERE}, set()),
        (role("DomainAdminRO", "*"), {HERE, ELSEWHERE, ALONE}, set()),
        (role("ResetPasswd"), set(), set()),
        (role("DomainPurge"), set(), set()),
    ],
)
def test_a_role_opens_what_it_is_for_and_nothing_else(
    held: Role, reads: set[AccessTarget], writes: set[AccessTarget]
):
    everywhere = {HERE, ELSEWHERE, ALONE}
    assert {where for where in everywhere if may_read([held], where)} == reads
    assert {where for where in everywhere if may_write([held], where)} == writes


@pytest.mark.parametrize(
    ("permission", "parameter"),
    [
        ("Owner", ""),
        ("SystemAdmin", "1"),
        ("SystemAdmin", "*"),
        ("DomainAdmin", ""),
        ("OrgAdmin", ""),
        ("DomainAdminRO", ""),
        ("DomainAdmin", "0"),
        ("DomainAdmin", "-1"),
        ("DomainAdmin", "example.com"),
        ("DomainAdmin", "٣"),
        ("DomainAdmin", "**"),
        ("DomainAdmin", str(2**31)),
        ("DomainAdmin", "1" * 5000),
    ],
)
def test_what_is_no_role_cannot_be_made(permission: str, parameter: str):
    with pytest.raises(BadRole):
        role(permission, parameter)


def test_a_role_is_told_in_any_letter_case():
    assert role("domainadmin", str(2**31 - 1)) == Role(Permission.DOMAIN_ADMIN, 2**31 - 1)


def test_two_roles_have_two_numbers():
    held = [role(permission) for permission in Permission if not permission.takes_parameter]
    held += [
        role(permission, parameter)
        for permission in Permission
        if permission.takes_parameter
        for parameter in ("*", "1", "2", "3", "100")
    ]
    assert len({each.number for each in held}) == len(held)


def test_nobody_without_a_role_logs_in():
    with pytest.raises(MayNotLogIn):
        an_administrator().check_may_log_in()
    an_administrator(role("ResetPasswd")).check_may_log_in()


def test_an_administrator_needs_one_of_the_capabilities():
    of_one_domain = an_administrator(role("DomainAdmin", "1"))
    of_one_domain.check_may()
    of_one_domain.check_may(Capability.SYSTEM_ADMIN_READ, Capability.DOMAIN_ADMIN_READ)
    with pytest.raises(NotAllowed):
        of_one_domain.check_may(Capability.SYSTEM_ADMIN_READ)
    with pytest.raises(NotAllowed):
        an_administrator().check_may()
