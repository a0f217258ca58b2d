"""`./presently migrate`: bring the store to this version's tables, where no `run` does it."""

from cli import preflight
from cli.environment import read_settings
from store import migrate


def main() -> None:
    """Bring the store to the tables of this version."""
    settings = read_settings()
    if settings.signing_key is not None:
        preflight.require_signing_key(settings)
    with preflight.store_mistakes():
        before = migrate.upgrade(settings.store_url)
    if before == migrate.newest():
        print(f"The store has the tables of this version already: {before}.")
    else:
        print(f"The store went from {before or 'no tables'} to {migrate.newest()}.")
