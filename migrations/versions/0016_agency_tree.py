"""Agencies below agencies.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each agency stands at the top, and is below itself alone."""
    # Not in a batch: that would drop the table, which others refer to. And SQLite adds no constraint without its column.
    op.execute(
        "ALTER TABLE agency ADD COLUMN parent_id INTEGER CONSTRAINT fk_agency_parent_id REFERENCES agency (id)"
    )
    op.create_index(op.f("ix_agency_parent_id"), "agency", ["parent_id"])
    op.create_table(
        "agency_below",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("below_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_below_agency_id")),
        sa.ForeignKeyConstraint(["below_id"], ["agency.id"], name=op.f("fk_agency_below_below_id")),
        sa.PrimaryKeyConstraint("agency_id", "below_id", name=op.f("pk_agency_below")),
    )
    op.create_index(op.f("ix_agency_below_below_id"), "agency_below", ["below_id"])
    op.execute("INSERT INTO agency_below (agency_id, below_id) SELECT id, id FROM agency")


def downgrade() -> None:
    """All agencies stand at the top again."""
    op.drop_table("agency_below")
    op.drop_index(op.f("ix_agency_parent_id"), table_name="agency")
    op.drop_column("agency", "parent_id")
