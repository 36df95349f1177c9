"""Marking again, extra time, forms of a test.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The re-marks, extra time, and the form of an attempt."""
    op.create_table('remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('remarked_by_id', sa.Integer(), nullable=True),
    sa.Column('remarked_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('changes', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('old_score', elearn.db.base.Exact(precision=12, scale=4), nullable=False),
    sa.Column('new_score', elearn.db.base.Exact(precision=12, scale=4), nullable=False),
    sa.Column('was_passed', sa.Boolean(), nullable=True),
    sa.Column('is_passed', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_remark_attempt_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_remark_release_id')),
    sa.ForeignKeyConstraint(['remarked_by_id'], ['person.id'], name=op.f('fk_remark_remarked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remark'))
    )
    with op.batch_alter_table('remark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_remark_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('extra_time',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=False),
    sa.Column('granted_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['granted_by_id'], ['person.id'], name=op.f('fk_extra_time_granted_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_extra_time_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extra_time'))
    )
    with op.batch_alter_table('extra_time', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extra_time_person_id'), ['person_id'], unique=False)

    # A plain column: SQLite adds and drops it in place, where rebuilding the table would break what refers to it.
    op.add_column('attempt', sa.Column('form', sa.String(length=1), nullable=True))


def downgrade() -> None:
    """Without them; marks and scores stay as they were corrected."""
    op.drop_column('attempt', 'form')
    op.drop_table('extra_time')
    op.drop_table('remark')
