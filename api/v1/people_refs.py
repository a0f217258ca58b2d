"""How paths of this dialect name a person."""

from typing import Annotated

from fastapi import Depends, Path

from api.deps import TheBearer
from domain.directory import Whom, whom_or_number

Ref = Annotated[
    str,
    Path(
        alias="ref",
        description="A mail address, an `id`, `externalKey:` followed by a key, a `number`, or `me`",
        examples=["u1@example.com"],
    ),
]


async def _whom(ref: Ref, bearer: TheBearer) -> Whom:
    return whom_or_number(ref, bearer.domain_id, bearer.user_id)


#: The person of `{ref}`, in the domain of the token.
ThePerson = Annotated[Whom, Depends(_whom)]
