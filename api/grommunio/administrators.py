"""The caller, read afresh from the store: permissions can have changed since the login."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends

from api.deps import TheCaller, TheLogin
from domain.principals import Administrator, Principal
from services import admission
from store.store import Transaction


async def _principal_of(caller: TheCaller) -> Callable[[Transaction], Principal]:
    return partial(admission.principal, credential=caller.credential)


async def _administrator_of(login: TheLogin) -> Callable[[Transaction], Administrator]:
    return partial(admission.administrator, login=login)


ThePrincipal = Annotated[Callable[[Transaction], Principal], Depends(_principal_of)]
TheAdministrator = Annotated[Callable[[Transaction], Administrator], Depends(_administrator_of)]
