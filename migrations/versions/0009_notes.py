"""Notes and bookmarks on sections; how somebody reads.

Revision ID: 0009
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0009'
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Notes, bookmarks, and the choices of who reads."""
    # Not in a batch: that would drop the table, which others refer to.
    op.add_column('person', sa.Column('reading', sa.String(length=80), nullable=True))

    op.create_table('note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=160), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('revision', sa.Uuid(), nullable=False),
    sa.Column('earlier', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('saved_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_note_enrolment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    sa.UniqueConstraint('enrolment_id', 'unit', name=op.f('uq_note_enrolment_id_unit'))
    )
    op.create_table('bookmark',
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=160), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('made_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_bookmark_enrolment_id')),
    sa.PrimaryKeyConstraint('enrolment_id', 'unit', name=op.f('pk_bookmark'))
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table('bookmark')
    op.drop_table('note')
    op.drop_column('person', 'reading')
