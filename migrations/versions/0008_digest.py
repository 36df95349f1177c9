"""Who wants the daily e-mail.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody, before they ask for it."""
    op.add_column('person', sa.Column('wants_digest', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Without it."""
    op.drop_column('person', 'wants_digest')
