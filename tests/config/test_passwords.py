"""Passwords: stored as argon2id hashes, and verified at constant cost."""

import pytest
from argon2 import Type, extract_parameters

from config import passwords

KEPT = passwords.hashed("correct horse")


@pytest.mark.parametrize(
    ("password", "fits"),
    [("correct horse", True), ("Correct horse", False), ("correct horse ", False), ("", False)],
)
def test_only_the_password_itself_fits(password: str, fits: bool):
    assert passwords.fits(password, KEPT) is fits


@pytest.mark.parametrize("password", ["", "correct horse"])
def test_where_no_password_is_kept_none_fits(password: str):
    assert not passwords.fits(password, None)


def test_what_is_no_hash_fits_nothing():
    assert not passwords.fits("correct horse", "correct horse")


def test_a_hash_is_argon2id_salted_and_without_the_password():
    assert extract_parameters(KEPT).type is Type.ID
    assert passwords.hashed("correct horse") != KEPT
    assert "horse" not in KEPT


def test_nobodys_hash_costs_what_everybodys_does():
    assert extract_parameters(passwords._NOBODYS) == extract_parameters(KEPT)  # noqa: SLF001 (no other way to see it)


def test_a_hash_fits_into_its_column():
    assert len(KEPT) < 255
