"""The form that a client sends, read to the letter of RFC 6749: no parameter twice, and none of them too long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.body_limit import read_at_most
from api.spelling import check
from domain.refusals import FormTooLarge, NotAForm, ParameterRepeated, ValueMissing

_LARGEST_FORM: Final = 64 * 1024
_MOST_PARAMETERS: Final = 20
_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
#: What the name of a parameter is made of (RFC 6749, appendix A).
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

#: The parameters that a form of either route can have; any other is ignored (RFC 6749 §3.2).
_KNOWN: Final = (
    "grant_type",
    "assertion",
    "refresh_token",
    "scope",
    "client_id",
    "client_secret",
    "token",
    "token_type_hint",
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a client sent; a parameter without a value is as good as none (RFC 6749 §3.2)."""

    parameters: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str | None:
        """Return a parameter, if it was given."""
        return self.parameters.get(name) or None

    def required(self, name: str) -> str:
        """Return a parameter.

        Raises:
            ValueMissing: it was not given.
        """
        value = self.get(name)
        if value is None:
            raise ValueMissing(name)
        return value


async def _form(request: Request) -> Form:
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise NotAForm
    body = await read_at_most(request, _LARGEST_FORM)
    if body is None:
        raise FormTooLarge
    return parse(body)


def parse(body: bytes) -> Form:
    """Return the form that `body` is.

    Raises:
        NotAForm: it is none, or not in UTF-8.
        FormTooLarge: it has too many parameters.
        ParameterRepeated: a parameter is given more than once (RFC 6749 §3.2).
        NameMisspelt: a parameter is misspelt.
    """
    if body.count(b"&") >= _MOST_PARAMETERS:
        raise FormTooLarge
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise NotAForm from None
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if not _NAME.fullmatch(name) or "\0" in value:
            raise NotAForm
        if name in parameters:
            raise ParameterRepeated(name)
        parameters[name] = value
    check(parameters, _KNOWN)
    return Form(parameters)


TheForm = Annotated[Form, Depends(_form)]
