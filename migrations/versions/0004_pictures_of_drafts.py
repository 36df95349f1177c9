"""Pictures that come with an imported pool, before they are published.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Pictures of drafts."""
    op.create_table('draft_picture',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('blob_digest', sa.String(length=64), nullable=False),
    sa.Column('saved_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['blob_digest'], ['blob.digest'], name=op.f('fk_draft_picture_blob_digest')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_draft_picture_course_id')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], name=op.f('fk_draft_picture_saved_by_id')),
    sa.PrimaryKeyConstraint('course_id', 'path', name=op.f('pk_draft_picture'))
    )


def downgrade() -> None:
    """Without them; drafts that show one have a problem to mend."""
    op.drop_table('draft_picture')
