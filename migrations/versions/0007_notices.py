"""Notices.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What people are told."""
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('href', sa.String(length=300), nullable=False),
    sa.Column('about', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('created_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('read_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.Column('mailed_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('person_id', 'key', name=op.f('uq_notice_person_id_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_notice_public_id'))
    )
    unread = sa.text("read_at IS NULL")
    op.create_index('ix_notice_unread', 'notice', ['person_id', 'created_at'], sqlite_where=unread,
    postgresql_where=unread)


def downgrade() -> None:
    """Without them."""
    op.drop_table('notice')
