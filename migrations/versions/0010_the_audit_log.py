"""The audit log: a table that only grows.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

import elearn.db.base

revision = '0010'
down_revision = "0009"
branch_labels = None
depends_on = None

REFUSAL = "the audit log is append-only"


def upgrade() -> None:
    """The table, and triggers that refuse to change or delete what stands in it."""
    op.create_table('audit_event',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', elearn.db.base.Instant(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_roles', sa.String(length=200), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('thing_kind', sa.String(length=20), nullable=False),
    sa.Column('thing_id', sa.String(length=200), nullable=False),
    sa.Column('details', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_event')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_event_hash'))
    )
    op.create_index('ix_audit_event_at', 'audit_event', ['at'])
    op.create_index('ix_audit_event_actor_id_number', 'audit_event', ['actor_id', 'number'])
    op.create_index('ix_audit_event_act_number', 'audit_event', ['act', 'number'])
    op.create_index('ix_audit_event_thing_id_number', 'audit_event', ['thing_id', 'number'])
    if op.get_bind().dialect.name == 'sqlite':
        for word in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER audit_event_no_{word.lower()} BEFORE {word} ON audit_event "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # «INSERT OR REPLACE» deletes without asking the trigger above, unless recursive triggers are on.
        op.execute(
            "CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event "
            "WHEN EXISTS (SELECT 1 FROM audit_event WHERE number = NEW.number OR hash = NEW.hash) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only()"
        )


def downgrade() -> None:
    """Without it."""
    op.drop_table('audit_event')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute("DROP FUNCTION audit_event_is_append_only()")
