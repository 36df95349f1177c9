"""Certificates that later ones replace.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0018'
down_revision = "0017"
branch_labels = None
depends_on = None

_CURRENT = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    """An enrolment has one certificate that is not replaced, and any number that are."""
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('awarded_at', elearn.db.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('replaced_at', elearn.db.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('replaced_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('replacement', sa.String(length=20), nullable=True))
        batch_op.create_foreign_key(op.f('fk_certificate_replaced_by_id'), 'certificate', ['replaced_by_id'], ['id'])
        batch_op.drop_constraint('uq_certificate_enrolment_id', type_='unique')
    op.execute("UPDATE certificate SET awarded_at = issued_at")
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.alter_column('awarded_at', existing_type=elearn.db.base.Instant(timezone=True), nullable=False)
    op.create_index('uq_certificate_current', 'certificate', ['enrolment_id'], unique=True,
    sqlite_where=_CURRENT, postgresql_where=_CURRENT)
    op.create_index('ix_certificate_replaced_by_id', 'certificate', ['replaced_by_id'])


def downgrade() -> None:
    """Without what was replaced: of each enrolment the certificate that counts stays."""
    op.drop_index('ix_certificate_replaced_by_id', 'certificate')
    op.drop_index('uq_certificate_current', 'certificate')
    op.execute("DELETE FROM certificate WHERE replaced_at IS NOT NULL")
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_certificate_replaced_by_id'), type_='foreignkey')
        batch_op.create_unique_constraint('uq_certificate_enrolment_id', ['enrolment_id'])
        batch_op.drop_column('replacement')
        batch_op.drop_column('replaced_by_id')
        batch_op.drop_column('replaced_at')
        batch_op.drop_column('awarded_at')
