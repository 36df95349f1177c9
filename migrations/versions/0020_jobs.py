"""Jobs: letters that wait to be sent.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing waits yet."""
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=True),
    sa.Column('made_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('due_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('taken_until', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=True),
    sa.Column('ended_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_job_asked_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_job_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name=op.f('uq_job_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_job_public_id'))
    )
    op.create_index('ix_job_person_id', 'job', ['person_id'])
    waits = sa.text('ended_at IS NULL')
    op.create_index('ix_job_waiting', 'job', ['due_at'], sqlite_where=waits, postgresql_where=waits)


def downgrade() -> None:
    """Without them: letters that wait are not sent."""
    op.drop_table('job')
