import pytest

from domain.directory import (
    BUILT_IN,
    PROFILE_STATUS_IDS,
    PersonReference,
    check_in_use,
    definition,
    person_reference,
)
from domain.refusals import PersonUnknown, StatusesAreOff, StatusNotInUse
from tests.builders import a_domain


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("u1@example.com", PersonReference(email="u1@example.com")),
        ("U1@Example.COM", PersonReference(email="u1@example.com")),
        (
            "userf7da-f82c-4284-13e7-030f3b4c756x",
            PersonReference(user_id="userf7da-f82c-4284-13e7-030f3b4c756x"),
        ),
        ("UserF7DA", PersonReference(user_id="UserF7DA")),
        ("externalKey:EMP 001", PersonReference(external_key="EMP 001")),
        ("externalKey:Emp@001", PersonReference(external_key="Emp@001")),
        ("externalKey:externalKey:1", PersonReference(external_key="externalKey:1")),
        ("externalKey:", PersonReference(external_key="")),
        # The word is spelled exactly so.
        ("externalkey:EMP001", PersonReference(user_id="externalkey:EMP001")),
    ],
)
def test_a_person_is_named_by_mail_by_resource_id_or_by_external_key(text: str, reference: PersonReference):
    assert person_reference(text) == reference


@pytest.mark.parametrize("text", ["u1\0@example.com", "externalKey:\n", "user\x7f", "user\ud800"])
def test_nobody_is_named_by_what_cannot_be_printed(text: str):
    with pytest.raises(PersonUnknown):
        person_reference(text)


@pytest.mark.parametrize("profile_status_id", ["BUSY", "AWAY", "LEAVE_OFFICE", "ABSENCE"])
def test_every_domain_uses_the_built_in_statuses(profile_status_id: str):
    check_in_use(a_domain(), profile_status_id)
    assert definition(profile_status_id).profile_status_id == profile_status_id


@pytest.mark.parametrize("profile_status_id", ["CUSTOM01", "CUSTOM12", "busy", ""])
def test_a_status_that_is_not_in_use_is_refused(profile_status_id: str):
    with pytest.raises(StatusNotInUse):
        check_in_use(a_domain(), profile_status_id)


@pytest.mark.parametrize("profile_status_id", ["BUSY", "CUSTOM01"])
def test_every_status_is_refused_in_a_domain_that_has_switched_them_off(profile_status_id: str):
    with pytest.raises(StatusesAreOff):
        check_in_use(a_domain(statuses_are_on=False), profile_status_id)


def test_there_are_four_built_in_statuses_and_twelve_of_a_domains_own():
    assert list(PROFILE_STATUS_IDS) == [
        *("BUSY", "AWAY", "LEAVE_OFFICE", "ABSENCE"),
        *("CUSTOM01", "CUSTOM02", "CUSTOM03", "CUSTOM04", "CUSTOM05", "CUSTOM06"),
        *("CUSTOM07", "CUSTOM08", "CUSTOM09", "CUSTOM10", "CUSTOM11", "CUSTOM12"),
    ]
    assert {offered.name for offered in BUILT_IN.values()} == {"Busy", "Away", "Off work", "Absent"}
