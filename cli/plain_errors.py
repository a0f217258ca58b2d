"""Words what Typer says of an argument in plain English."""

from typing import Any, Final

import typer
from typer.core import TyperGroup

_PLAIN: Final = {
    "Input should be a valid integer, unable to parse string as an integer": "It takes a whole number.",
}


# docs/workarounds.md#pydantic-wording
class PlainGroup(TyperGroup):
    """A group of commands whose complaints about arguments are those of Typer, without the words of its library."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; reword the complaint about an argument."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            message = error.message.removeprefix("Value error, ")
            error.message = _PLAIN.get(message, message)
            raise
