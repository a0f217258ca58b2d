import pytest

from domain.directory import PersonReference, Whom, check_statuses_are_on, person_reference, whom
from domain.refusals import MeIsNobody, StatusesAreOff
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
    assert person_reference(text) == PersonReference()


@pytest.mark.parametrize(
    ("user_id", "meant"),
    [
        ("user-1", PersonReference(user_id="user-1")),
        # A service is nobody.
        (None, PersonReference(refusal=MeIsNobody)),
    ],
)
def test_me_is_the_caller(user_id: str | None, meant: PersonReference):
    assert whom("me", 1, user_id) == Whom(1, meant)


def test_a_domain_that_has_switched_statuses_off_refuses_them():
    check_statuses_are_on(a_domain())
    with pytest.raises(StatusesAreOff):
        check_statuses_are_on(a_domain(statuses_are_on=False))
