"""`./presently migrate`: upgrades the store's tables to this version, for deployments without `run`."""

from cli import data_folder, preflight, progress
from cli.environment import read_settings
from store import migrate


def main() -> None:
    """Upgrade the store's tables to this version."""
    settings = read_settings()
    if settings.signing_key is not None:
        preflight.require_signing_key(settings)
    if settings.database_url is None:
        data_folder.make(settings)
    with preflight.store_mistakes(settings.store_variable), progress.shown() as begin:
        before = migrate.upgrade(settings.store_url, lambda revision: begin(f"Migrating: {revision}"))
    if before == migrate.newest():
        print(f"The store has the tables of this version already: {before}.")
    else:
        print(f"The store went from {before or 'no tables'} to {migrate.newest()}.")
