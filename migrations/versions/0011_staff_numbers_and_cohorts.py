"""Staff numbers, and cohorts with their members.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A number of the agency's own for each person; named groups."""
    # Not in a batch: that would drop the table, which others refer to.
    op.add_column("person", sa.Column("staff_number", sa.String(length=40), nullable=True))
    op.create_index("uq_person_agency_id_staff_number", "person", ["agency_id", "staff_number"], unique=True)
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("created_at", elearn.db.base.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_cohort_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("key", name=op.f("uq_cohort_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cohort_public_id")),
    )
    op.create_index(op.f("ix_cohort_created_by"), "cohort", ["created_by"])
    op.create_table(
        "cohort_member",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", elearn.db.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_member_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cohort_member_person_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_cohort_member")),
    )
    op.create_index(op.f("ix_cohort_member_person_id"), "cohort_member", ["person_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("cohort_member")
    op.drop_table("cohort")
    op.drop_index("uq_person_agency_id_staff_number", table_name="person")
    op.drop_column("person", "staff_number")
