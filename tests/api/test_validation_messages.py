"""Messages for invalid values: our own words in each dialect, for every error that a schema can have."""

import copy
import gzip
import re
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import core_schema

from api import validation_messages
from api.grommunio.schemas import OofBody
from api.v1.feed_schemas import NewFeedBody
from api.v1.status_schemas import NewStatus, StatusChanges
from api.works.definition_schemas import DefinitionBody, DefinitionPatch, NewDefinitionBody
from api.works.schemas import StatusBody, StatusPatch
from tests.api.clients import Oof, Works
from tests.api.grommunio.answers import assert_bad

BODIES: list[type[BaseModel]] = [
    StatusBody,
    StatusPatch,
    OofBody,
    NewDefinitionBody,
    DefinitionBody,
    DefinitionPatch,
    NewStatus,
    StatusChanges,
    NewFeedBody,
]

#: One of each type of JSON value, and values beyond the limits of schemas.
WRONG: list[Any] = [
    None, True, 1, -1, 10**400, 1.5, 1e400, "", "x", "x" * 1001, "\0", "\ud800", [], ["x"], [[]] * 6, {}, {"x": 1}
]  # fmt: skip

#: The beginnings of pydantic's messages.
FOREIGN = (
    "Input should",
    "Field required",
    "Value error",
    "Unable to",
    "String should",
    "List should",
    "JSON ",
)


#: What only a regular expression contains.
PATTERN = re.compile(r"[\^$\\*]|\[.*\]")


def every_place(value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the path to each value within `value`, and to itself."""
    yield ()
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        for path in every_place(part):
            yield (key, *path)


def with_at(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    """Return `value` with another value in this place."""
    if not path:
        return wrong
    changed = copy.copy(value)
    changed[path[0]] = with_at(value[path[0]], path[1:], wrong)
    return changed


def without(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `value` without each of its keys in turn, and with each in another case."""
    for key, said in value.items():
        rest = {other: value[other] for other in value if other != key}
        yield rest
        yield rest | {key.upper(): said}


def errors_of(body: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """Yield every error that a client of this schema can get."""
    example = dict(body.model_config["json_schema_extra"]["examples"][0])  # type: ignore[index, arg-type] # always a dict here
    spoilt = [with_at(example, path, wrong) for path in every_place(example) for wrong in WRONG]
    for value in [*spoilt, *without(example), b"bytes"]:
        try:
            # As the framework validates it, which accepts objects too.
            TypeAdapter(body).validate_python(value, from_attributes=True)
        except ValidationError as refused:
            yield from (dict(error) for error in refused.errors())


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_every_error_of_a_schema_has_words_of_ours(body: type[BaseModel]):
    errors = list(errors_of(body))
    assert len({error["type"] for error in errors}) > 3
    for error in errors:
        assert error["type"] in validation_messages.MESSAGES or validation_messages.is_ours(error["type"])
        sentence = validation_messages.message(error)
        assert not sentence.startswith(FOREIGN)
        assert sentence.endswith((".", "?"))
        assert "{" not in sentence
        assert not PATTERN.search(sentence)


@pytest.mark.parametrize("kind", get_args(core_schema.ErrorType))
def test_no_other_error_speaks_in_the_words_of_the_library(kind: str):
    if kind == "value_error":
        return
    context = (
        {"expected": "'A' or 'B'"}
        | dict.fromkeys(("min_length", "max_length", "ge", "le"), 1)
        | {"pattern": "^[0-9]*$"}
    )
    sentence = validation_messages.message({"type": kind, "msg": "Input should be otherwise", "ctx": context})
    known = {
        message.format_map(context | {"expected": "A or B"})
        for message in validation_messages.MESSAGES.values()
    }
    assert sentence in known | {validation_messages.UNKNOWN}
    assert not PATTERN.search(sentence)


@pytest.mark.parametrize(
    ("said", "code", "description"),
    [
        (
            {"profileStatusId": 1, "statusMessage": "x" * 51, "autoReplyMail": []},
            "INVALID_PARAMETER",
            "profileStatusId: It must be one of BUSY, AWAY, ",
        ),
        (
            {"profileStatusId": "BUSY", "statusMessage": "x" * 51, "autoReplyMail": []},
            "INVALID_PARAMETER",
            "statusMessage: It must have 50 characters or fewer. autoReplyMail: It must be a JSON object.",
        ),
        (
            {"autoReplyMail": {"internal": {"content": 1, "sentDirectlyToMe": "x"}}},
            "MISSING_PARAMETER",
            (
                "profileStatusId: A value is required here. autoReplyMail.internal.content: It must be a string. "
                "autoReplyMail.internal.sentDirectlyToMe: It must be true or false."
            ),
        ),
    ],
)
def test_naver_works_is_told_every_field_that_is_wrong(
    works: Works, said: dict[str, Any], code: str, description: str
):
    answer = works.http.post(works.path, json=said)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["description"].startswith(description)


def test_grommunio_is_told_every_field_that_is_wrong(oof: Oof):
    answer = oof.put(state=3, externalAudience="x", startTime="soon", internalReply=[])
    assert_bad(
        answer,
        "state: It must be 0 (off), 1 (on) or 2 (scheduled).",
        "externalAudience: It must be 0 (nobody), 1 (known senders) or 2 (everybody).",
        "startTime: Not a date of the form YYYY-MM-DD HH:MM:SS, as in ",
        "internalReply: It must be a string.",
    )


@pytest.mark.parametrize(
    ("body", "where"), [('{"state": 1', "12"), ("{", "2"), ("x", "1"), ('{"a": 01}', "8")]
)
def test_both_are_told_where_a_body_is_no_json(works: Works, oof: Oof, body: str, where: str):
    headers = {"Content-Type": "application/json"}
    posted = works.http.post(works.path, content=body, headers=headers)
    assert posted.json()["description"] == f"The body is not JSON from character {where} on."
    saved = oof.http.put(oof.path, content=body, headers=headers)
    assert_bad(saved, f"from character {where} on.")


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (
            b'{"statusMessage": "\xff"}',
            {},
            "The body must be JSON in UTF-8; from byte 20 on it is not.",
        ),
        (
            '{"x": "재택"}'.encode("euc-kr"),
            {"Content-Type": "application/json;charset=euc-kr"},
            "The body must be JSON in UTF-8; from byte 8 on it is not.",
        ),
        *(
            (body, {"Content-Encoding": code}, "A compressed body cannot be read; send it without Content-Encoding.")
            for body, code in ((gzip.compress(b"{}", mtime=0), "gzip"), (b"\x0b\x01\x80{}\x03", "br"), (b"x", "br"))
        ),
        (b'{"x": %s}' % (b"9" * 5000), {}, "A number in the body has more than 4300 digits."),
        (
            b'{"x": %s}' % (b"[" * 100_000),
            {},
            "The body is nested too deeply; no request needs more than three levels.",
        ),
    ],
)  # fmt: skip
def test_both_are_told_why_a_body_cannot_be_read(
    works: Works, oof: Oof, body: bytes, headers: dict[str, str], said: str
):
    headers = {"Content-Type": "application/json", **headers}
    posted = works.http.post(works.path, content=body, headers=headers)
    assert (posted.status_code, posted.json()) == (400, {"code": "BAD_REQUEST", "description": said})
    saved = oof.http.put(oof.path, content=body, headers=headers)
    assert saved.json() == {"message": "Bad Request", "errors": [said]}


def test_what_a_body_is_encoded_in_does_no_harm_if_it_can_be_read(works: Works):
    headers = {"Content-Type": "application/json;charset=euc-kr", "Content-Encoding": "identity"}
    answer = works.http.post(works.path, content=b'{"profileStatusId": "BUSY"}', headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1.0/users?count=x", "count: It must be a whole number."),
        ("/v1.0/users?count=0", "count: It must be 1 or more."),
        ("/v1.0/users?count=101", "count: It must be 100 or less."),
        (f"/v1.0/users?count={'9' * 5000}", "count: It must be a whole number of fewer digits."),
        ("/v1.0/users?domainId=1.5", "domainId: It must be a whole number."),
    ],
)
def test_a_parameter_is_spoken_of_in_words_of_ours(http: httpx.Client, path: str, said: str):
    answer = http.get(path)
    assert (answer.status_code, answer.json()["description"]) == (400, said)


@pytest.mark.parametrize("body", [b"", b"[]", b"x=1", b"grant_type=x", b'{"grant_type": 1}'])
def test_oauth_says_nothing_of_the_library_either(http: httpx.Client, body: bytes):
    for path in ("/oauth2/v2.0/token", "/oauth2/v2.0/revoke"):
        description = http.post(path, content=body).json()["error_description"]
        assert not any(words in description for words in FOREIGN)
