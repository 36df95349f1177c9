"""The last day of an enrolment.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A day by which a course is to be completed."""
    # Not in a batch: that would drop the table, which others refer to.
    op.add_column("enrolment", sa.Column("due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Without it."""
    op.drop_column("enrolment", "due_on")
