"""The second step of signing in, and sessions that were begun with it.

Revision ID: 0014
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0014'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apps, passkeys and recovery codes; nobody has them yet."""
    op.create_table('second_step',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seed', sa.String(length=22), nullable=False),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.Column('created_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_second_step_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_second_step'))
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index(op.f('ix_recovery_code_person_id'), 'recovery_code', ['person_id'])
    op.create_table('passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.String(length=1364), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.Column('created_at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('used_at', elearn.db.base.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_passkey_public_id'))
    )
    op.create_index(op.f('ix_passkey_person_id'), 'passkey', ['person_id'])
    op.add_column(
        'user_session', sa.Column('is_second_proven', sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    """Without them."""
    op.drop_column('user_session', 'is_second_proven')
    op.drop_index(op.f('ix_passkey_person_id'), table_name='passkey')
    op.drop_table('passkey')
    op.drop_index(op.f('ix_recovery_code_person_id'), table_name='recovery_code')
    op.drop_table('recovery_code')
    op.drop_table('second_step')
