"""Passwords: stored as argon2id hashes, and verified at constant cost."""

import pytest
from argon2 import Type, extract_parameters

from security import passwords

STORED = passwords.hash_password("correct horse")


@pytest.mark.parametrize(
    ("password", "is_right"),
    [("correct horse", True), ("Correct horse", False), ("correct horse ", False), ("", False)],
)
def test_only_the_password_itself_is_right(password: str, is_right: bool):
    assert passwords.verify_password(password, STORED) is is_right


@pytest.mark.parametrize("password", ["", "correct horse"])
def test_where_no_hash_is_stored_no_password_is_right(password: str):
    assert not passwords.verify_password(password, None)


def test_what_is_no_hash_matches_no_password():
    assert not passwords.verify_password("correct horse", "correct horse")


def test_a_hash_is_argon2id_salted_and_without_the_password():
    assert extract_parameters(STORED).type is Type.ID
    assert passwords.hash_password("correct horse") != STORED
    assert "horse" not in STORED


def test_verifying_for_an_unknown_account_costs_the_same():
    assert extract_parameters(passwords._DUMMY_HASH) == extract_parameters(STORED)  # noqa: SLF001 (no other way to see it)


def test_a_hash_fits_into_its_column():
    assert len(STORED) < 255
