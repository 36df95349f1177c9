"""Open answers: marks by hand, files.

Revision ID: 0003
Revises: 0002
"""

import secrets

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Answers that wait for marks by hand, those marks, and the files of answers."""
    op.create_table('hand_marking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('opened_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('second_wanted_by_id', sa.Integer(), nullable=True),
    sa.Column('second_wanted_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.Column('returned_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_hand_marking_attempt_id')),
    sa.ForeignKeyConstraint(
        ['second_wanted_by_id'], ['person.id'], name=op.f('fk_hand_marking_second_wanted_by_id')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_marking')),
    sa.UniqueConstraint('attempt_id', 'question_id', name=op.f('uq_hand_marking_attempt_id_question_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_hand_marking_public_id'))
    )
    with op.batch_alter_table('hand_marking', schema=None) as batch_op:
        batch_op.create_index('ix_hand_marking_returned_at', ['returned_at'], unique=False)

    op.create_table('rubric_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hand_marking_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('levels', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('points', elearn.db.base.Exact(precision=12, scale=4), nullable=False),
    sa.Column('comment', sa.String(length=4000), nullable=False),
    sa.Column('marked_by_id', sa.Integer(), nullable=False),
    sa.Column('marked_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hand_marking_id'], ['hand_marking.id'], name=op.f('fk_rubric_mark_hand_marking_id')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['person.id'], name=op.f('fk_rubric_mark_marked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rubric_mark')),
    sa.UniqueConstraint('hand_marking_id', 'kind', name=op.f('uq_rubric_mark_hand_marking_id_kind'))
    )

    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attachment_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attachment_public_id'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index('ix_attachment_attempt_id_question_id', ['attempt_id', 'question_id'], unique=False)

    _queue_what_waits()


def _queue_what_waits() -> None:
    """Queue the answers of attempts without a score again: they waited when the tables were last taken away."""
    attempt = sa.table(
        'attempt',
        *(sa.column(name) for name in ('id', 'score')),
        sa.column('paper', sa.JSON()),
        sa.column('submitted_at', elearn.db.base.Instant()),
    )
    mark = sa.table('mark', sa.column('attempt_id'), sa.column('question_id'))
    queue = sa.table(
        'hand_marking',
        *(sa.column(name) for name in ('public_id', 'attempt_id', 'question_id')),
        sa.column('opened_at', elearn.db.base.Instant()),
    )
    bind = op.get_bind()
    waiting = sa.select(attempt).where(attempt.c.submitted_at.is_not(None), attempt.c.score.is_(None))
    for row in bind.execute(waiting).all():
        marked = set(bind.scalars(sa.select(mark.c.question_id).where(mark.c.attempt_id == row.id)))
        for question_id, _ in row.paper:
            if question_id not in marked:
                values = {'public_id': secrets.token_urlsafe(16), 'attempt_id': row.id, 'question_id': question_id}
                bind.execute(queue.insert().values(**values, opened_at=row.submitted_at))


def downgrade() -> None:
    """Without them; marks that were final stay. Files are lost, and marks of which a second marker had to tell."""
    op.drop_table('attachment')
    op.drop_table('rubric_mark')
    op.drop_table('hand_marking')
