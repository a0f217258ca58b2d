"""Reads from a form which grant a client requests."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote

from api.oauth.form import Form
from api.oauth.refusals import GrantTypeUnknown
from domain.grants import AssertionGrant, ClientCredentialsGrant, GrantRequest, RefreshTokenGrant


def grant_request(form: Form) -> GrantRequest:
    """Read the grant that the form requests. One of the vendor's samples encodes its name twice.

    Raises:
        ValueMissing: the form names no grant, or lacks what the grant needs.
        GrantTypeUnknown: there is no such grant.
    """
    named = unquote(form.required("grant_type"))
    if named not in GRANT_TYPES:
        raise GrantTypeUnknown
    return GRANT_TYPES[named](form)


def _by_assertion(form: Form) -> AssertionGrant:
    return AssertionGrant(assertion=form.required("assertion"), scope=form.get("scope") or "")


def _by_refresh_token(form: Form) -> RefreshTokenGrant:
    return RefreshTokenGrant(refresh_token=form.required("refresh_token"), scope=form.get("scope") or "")


def _by_credentials(form: Form) -> ClientCredentialsGrant:
    return ClientCredentialsGrant(scope=form.get("scope") or "")


GRANT_TYPES: Final[Mapping[str, Callable[[Form], GrantRequest]]] = {
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _by_assertion,
    "refresh_token": _by_refresh_token,
    "client_credentials": _by_credentials,
}
