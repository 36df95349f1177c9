"""People as identity providers know them, and by which door a session was begun.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is linked yet; every session so far began with a password."""
    op.create_table('person_identity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('linked_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_identity_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_identity')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_person_identity_issuer_subject')),
    sa.UniqueConstraint('person_id', 'issuer', name=op.f('uq_person_identity_person_id_issuer'))
    )
    op.add_column(
        'user_session', sa.Column('door', sa.String(length=20), server_default='password', nullable=False)
    )


def downgrade() -> None:
    """Without them."""
    op.drop_column('user_session', 'door')
    op.drop_table('person_identity')
