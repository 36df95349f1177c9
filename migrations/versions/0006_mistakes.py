"""Mistakes that officers report, with the answers.

Revision ID: 0006
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0006'
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reports."""
    op.create_table('mistake_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=250), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('message', sa.String(length=2000), nullable=False),
    sa.Column('suggestion', sa.String(length=2000), nullable=False),
    sa.Column('reported_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('fixed_in', sa.String(length=40), nullable=True),
    sa.Column('answer', sa.String(length=2000), nullable=False),
    sa.Column('answered_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_mistake_report_answered_by_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_mistake_report_course_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mistake_report_person_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_mistake_report_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mistake_report')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mistake_report_public_id'))
    )
    waiting = sa.text("state = 'open'")
    op.create_index('uq_mistake_report_waiting', 'mistake_report', ['person_id', 'course_id', 'unit'], unique=True,
    sqlite_where=waiting, postgresql_where=waiting)
    op.create_index('ix_mistake_report_course_id_state', 'mistake_report', ['course_id', 'state'])
    op.create_index('ix_mistake_report_person_id_reported_at', 'mistake_report', ['person_id', 'reported_at'])


def downgrade() -> None:
    """Without them."""
    op.drop_table('mistake_report')
