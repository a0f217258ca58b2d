"""The verbs of `./presently`. Each is a module with a `main`, or with a `group` of subcommands."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Annotated, Final

import typer

from cli import plain_help
from cli.plain_errors import PlainGroup
from config.version import VERSION

VERBS: Final = MappingProxyType(
    {
        "run": "Start API, worker, beat, Flower and broker; Ctrl-C stops them.",
        "demo": "Print the URLs, people and tokens of the demo, as JSON.",
        "token": "Issue a bearer token.",
        "domain": "Add, change, list or remove domains.",
        "person": "Add, change, list or deactivate people; set their passwords and roles.",
        "status": "List, set, plan and cancel people's statuses; tell who is away, and what changed.",
        "people": "Import or export all people of a domain, as a file.",
        "change": "Plan, apply and undo changes of many people's statuses, from a file.",
        "client": "Register, list and revoke OAuth clients.",
        "feed": "Make, list and revoke calendar feeds.",
        "key": "Change the key that tokens are signed with.",
        "doctor": "Check a deployment; one line for each part.",
        "backup": "Back up the whole store to a file, also while Presently runs.",
        "restore": "Replace the store by a backup, while nothing runs.",
        "migrate": "Upgrade the store's tables to this version; `run` does so by itself.",
    }
)
DEVELOPER_VERBS: Final = MappingProxyType(
    {
        "test": "Run the tests, or with --faults the whole fault suite; arguments go to pytest.",
        "bench": "Measure the lateness of Presently, compared with other schedulers.",
        "check": "Run every check that needs no running service.",
    }
)
#: The folder of each verb's module. An installed service has no `tools`.
_FOLDERS: Final = MappingProxyType({"cli": VERBS, "tools": DEVELOPER_VERBS})


def build(arguments: list[str]) -> typer.Typer:
    """Build the command line.

    Only the verbs in `arguments` are imported, so that no verb waits for the libraries of another.
    """
    plain_help.install()
    app = typer.Typer(
        cls=PlainGroup,
        help="Statuses and out-of-office replies that start and end on time by themselves.",
        no_args_is_help=True,
        add_completion=False,
        # Such a traceback shows the values of variables, and passwords are among them.
        pretty_exceptions_enable=False,
    )
    app.callback()(_of_all)
    for folder, verb, sentence in _present():
        module = import_module(f"{folder}.{verb}") if verb in arguments else None
        if group := getattr(module, "group", None):
            app.add_typer(group, name=verb, help=sentence, no_args_is_help=True)
            continue
        command = app.command(verb, help=sentence, context_settings=getattr(module, "CONTEXT_SETTINGS", None))
        command(module.main if module else _not_imported)
    return app


def _present() -> Iterator[tuple[str, str, str]]:
    """Yield the folder, the name and the help of each verb whose folder is installed."""
    for folder, verbs in _FOLDERS.items():
        if find_spec(folder) is not None:
            yield from ((folder, verb, sentence) for verb, sentence in verbs.items())


def _print_version(asked: bool) -> None:  # noqa: FBT001 (typer's way to call it)
    if asked:
        print(f"Presently {VERSION}")
        raise typer.Exit


def _of_all(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Statuses and out-of-office replies that start and end on time by themselves."""


def _not_imported() -> None:
    """Stand in for a verb that was not called, so that `--help` lists it."""
