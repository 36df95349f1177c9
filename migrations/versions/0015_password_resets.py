"""Passwords that may be chosen anew.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Links and one-time codes."""
    op.create_table('password_reset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_mark', sa.String(length=64), nullable=False),
    sa.Column('ends_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_password_reset_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_reset')),
    sa.UniqueConstraint('person_id', 'kind', name=op.f('uq_password_reset_person_id_kind')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_password_reset_token_hash'))
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table('password_reset')
