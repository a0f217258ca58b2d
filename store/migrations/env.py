"""Runs the migrations for Alembic, on the connection that `store.migrate` passes."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    on_version_apply=attributes.get("on_version_apply"),
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
