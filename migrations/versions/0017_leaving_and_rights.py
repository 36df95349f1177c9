"""Leaving, former agencies, erased and merged accounts; each enrolment is counted in one agency.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0017'
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every enrolment is counted where its person is now: where they were before, nobody wrote down."""
    op.create_table('agency_stay',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('since', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('until', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_stay_agency_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_agency_stay_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_stay'))
    )
    op.create_index('ix_agency_stay_person_id', 'agency_stay', ['person_id'])
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('leaving', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('data_given_at', elearn.db.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('erased_at', elearn.db.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_person_merged_into_id'), 'person', ['merged_into_id'], ['id'])
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agency_id', sa.Integer(), nullable=True))
    op.execute(
        "UPDATE enrolment SET agency_id = (SELECT person.agency_id FROM person WHERE person.id = enrolment.person_id)"
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.alter_column('agency_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(op.f('fk_enrolment_agency_id'), 'agency', ['agency_id'], ['id'])


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_enrolment_agency_id'), type_='foreignkey')
        batch_op.drop_column('agency_id')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_person_merged_into_id'), type_='foreignkey')
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('erased_at')
        batch_op.drop_column('data_given_at')
        batch_op.drop_column('leaving')
        batch_op.drop_column('left_on')
    op.drop_table('agency_stay')
