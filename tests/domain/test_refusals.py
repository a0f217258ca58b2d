import re
from collections.abc import Iterator

import pytest

from domain import refusals
from domain.refusals import EndMissing, InvalidValue, PersonUnknown, Refusal


def the_family(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for child in root.__subclasses__():
        if child.__module__ == root.__module__:  # protocols have refusals of their own
            yield child
            yield from the_family(child)


def test_the_drawing_of_the_family_is_complete():
    drawn = re.findall(r"[─│ ] (\w+)", (refusals.__doc__ or "").split("\n\n")[1])
    assert {name for name in drawn if name[0].isupper()} - {"Refusal"} == {
        kind.__name__ for kind in the_family()
    }


@pytest.mark.parametrize("kind", list(the_family()))
def test_a_refusal_says_what_was_wrong(kind: type[Refusal]):
    assert kind.__doc__


def test_the_message_of_a_refusal_is_its_docstring():
    assert str(PersonUnknown()) == "There is no such person in this domain."


def test_an_invalid_value_names_its_field():
    assert str(EndMissing("ends_at")) == "ends_at: An end is required when a start is given."
    assert str(InvalidValue("state", hint="0, 1 or 2.")) == "state: 0, 1 or 2."
    assert str(InvalidValue("starts_at", "ends_at")) == "starts_at and ends_at: A value cannot be used."


def test_a_protocol_has_its_own_names_of_fields():
    names = {"ends_at": "endTime"}
    assert EndMissing("ends_at").message(names) == "endTime: An end is required when a start is given."
    assert InvalidValue("state", "ends_at").message(names) == "state and endTime: A value cannot be used."
    assert PersonUnknown().message(names) == str(PersonUnknown())
