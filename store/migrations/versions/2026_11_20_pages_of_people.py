"""Add an index for pages of a domain's people, by domain and number."""

from typing import Final

from alembic import op

revision: Final = "2026_11_20_pages_of_people"
down_revision: Final = "2026_11_20_vacuuming"


def upgrade() -> None:
    """Replace the index of the domain alone."""
    op.create_index(op.f("ix_person_domain_id_id"), "person", ["domain_id", "id"])
    op.drop_index(op.f("ix_person_domain_id"), "person")
