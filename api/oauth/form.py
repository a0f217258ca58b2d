"""Reads the form of a client strictly by RFC 6749: no parameter twice, and limits of size and number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.body_limit import read_at_most
from api.misspelt_names import check
from api.oauth.refusals import FormTooLarge, NotAForm, ParameterRepeated
from domain.refusals import ValueMissing

_LARGEST_FORM: Final = 64 * 1024
_MOST_PARAMETERS: Final = 20
_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
#: The name of a parameter (RFC 6749, appendix A).
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

#: The parameters of both routes. Any other is ignored (RFC 6749 §3.2).
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
    """The form of a client. A parameter without a value counts as absent (RFC 6749 §3.2)."""

    parameters: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str | None:
        """Return a parameter; None if it is absent."""
        return self.parameters.get(name) or None

    def required(self, name: str) -> str:
        """Return a parameter; raise `ValueMissing` if it is absent."""
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
    """Parse `body` as a form.

    Raises:
        NotAForm: it is not a form in UTF-8, or has an invalid name.
        FormTooLarge: it has too many parameters.
        ParameterRepeated: a parameter occurs more than once (RFC 6749 §3.2).
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
