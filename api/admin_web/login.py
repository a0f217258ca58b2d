"""The login of administrators, and its renewal."""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from api.auth.guards import by_address, login_of
from api.body_limit import read_at_most
from api.deps import TheStore, moment
from api.grommunio.documented import errors
from api.grommunio.errors import FORM, NOT_A_FORM
from api.grommunio.refusals import LoginIncomplete, LoginTooLarge
from api.grommunio.routing import for_everybody
from api.misspelt_names import check
from domain.credentials import Login
from domain.refusals import AccountDeactivated, MayNotLogIn, NotSignedIn
from security.login_tokens import LoginTokens, csrf_token
from services import logins
from services.logins import Attempt

router = for_everybody(by_address)

#: In bytes. Anybody can send a form, and parsing it blocks every other request.
_LARGEST_FORM: Final = 64 * 1024
_MOST_FIELDS: Final = 100
_NAMES: Final = {"user", "pass"}


class LoggedIn(BaseModel):
    """The login token, which the browser keeps as a cookie of that name, and the value for `X-Csrf-Token`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "grommunioAuthJwt": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl",
                    "csrf": "T4ZrTvVkJc1iHsTNFmJDsBCvsV+u9zx1PQ6nWPB1m4A=",
                }
            ]
        }
    )

    grommunioAuthJwt: str  # noqa: N815 (the wire's name)
    csrf: str


@dataclass(frozen=True, slots=True)
class _Form:
    user: str
    password: str

    def __repr__(self) -> str:
        return "_Form"


_REQUEST_BODY: Final = {
    "requestBody": {
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "user": {"type": "string", "description": "The mail address or another login name"},
                        "pass": {"type": "string", "format": "password"},
                    },
                },
                "example": {"user": "u10@example.com", "pass": "its password"},
            }
        }
    }
}


async def _form(request: Request) -> _Form | None:
    """Read the form; return None if a field is missing.

    Raises:
        LoginTooLarge: the form is larger than 64 kB.
        NameMisspelt: a field is misspelt.
        RequestValidationError: the body is not a form.
    """
    body = await read_at_most(request, _LARGEST_FORM)
    if body is None:
        raise LoginTooLarge
    if not body:
        return None
    kind = request.headers.get("Content-Type", FORM).partition(";")[0].strip().lower()
    fields = _fields(body) if kind == FORM else None
    if fields is None:
        raise RequestValidationError([{"type": NOT_A_FORM, "loc": ("body",)}])
    check(fields, _NAMES)
    if not fields.keys() >= _NAMES:
        return None
    return _Form(fields["user"][0], fields["pass"][0])


def _fields(body: bytes) -> dict[str, list[str]] | None:
    """Parse the fields; return None if this is not a form."""
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None


@router.post(
    "/login",
    responses=errors(400, 401, 413, 429, 503),
    openapi_extra=_REQUEST_BODY,
    summary="Log in, or renew a login",
)
async def log_in(
    request: Request, store: TheStore, form: Annotated[_Form | None, Depends(_form)]
) -> LoggedIn:
    """Log in with a mail address or login name and a password. With an empty form, renew the login of the cookie."""
    if form is None:
        login = await run_in_threadpool(_renewed, request, store)
    else:
        address = request.client.host if request.client else ""
        attempt = Attempt(name=form.user, password=form.password, address=address)
        login = await request.app.state.login_authenticator.authenticate(store, attempt)
    tokens: LoginTokens = request.app.state.login_tokens
    token = tokens.issue(login, moment())
    return LoggedIn(grommunioAuthJwt=token, csrf=csrf_token(token))


def _renewed(request: Request, store: TheStore) -> Login:
    """Return the login of the cookie; raise `LoginIncomplete` unless it is valid and the account may still log in."""
    try:
        return logins.renew(store, login_of(request))
    except (NotSignedIn, AccountDeactivated, MayNotLogIn):
        raise LoginIncomplete from None
