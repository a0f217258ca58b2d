"""The revision of a status: a number that rises with every change of its row, for the SEQUENCE of calendar feeds.

It is the second of the change, so that a status that comes back under its id has a higher one than when it went. The
database computes it, so no statement can forget it.
"""

from typing import Any, Final

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from domain.feeds import EPOCH

_EPOCH: Final = int(EPOCH.timestamp())
_SECOND: Final = {
    "postgresql": f"(CAST(EXTRACT(epoch FROM now()) AS INTEGER) - {_EPOCH})",
    "sqlite": f"(CAST(strftime('%s', 'now') AS INTEGER) - {_EPOCH})",
}
_HIGHER: Final = {"postgresql": "greatest", "sqlite": "max"}


class FirstRevision(FunctionElement[int]):
    """The revision of a new row: the second of now, counted from `domain.feeds.EPOCH`."""

    type = Integer()
    inherit_cache = True


class NextRevision(FunctionElement[int]):
    """The revision of a changed row: the second of now, or one more than before if that is higher."""

    type = Integer()
    inherit_cache = True


@compiles(FirstRevision)
def _first(_: FirstRevision, compiler: Any, **_kw: Any) -> str:
    return _SECOND[compiler.dialect.name]


@compiles(NextRevision)
def _next(_: NextRevision, compiler: Any, **_kw: Any) -> str:
    name = compiler.dialect.name
    return f"{_HIGHER[name]}(status.revision + 1, {_SECOND[name]})"
