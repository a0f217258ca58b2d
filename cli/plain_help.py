"""Shows options in `--help` as people type them: a switch takes no value."""

from typing import Any, Final

from typer.core import TyperOption

_display_type: Final = TyperOption.display_type_rich


# docs/workarounds.md#typer-switches
def install() -> None:
    """Make Typer show switches without `<bool>`."""
    TyperOption.display_type_rich = _without_bool  # type: ignore[assignment, method-assign] # no setting


def _without_bool(option: TyperOption, ctx: Any) -> str | None:
    return None if option.is_flag else _display_type(option, ctx)
