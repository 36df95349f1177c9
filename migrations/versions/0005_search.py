"""What can be found in courses: passages, and their words in the database's own full-text engine.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty index; «elearn serve» and «elearn search rebuild» fill it with what was published before."""
    op.create_table('passage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('is_source', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('place', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_passage_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passage')),
    sa.UniqueConstraint('release_id', 'language', 'kind', 'place', name=op.f('uq_passage_release_id_language_kind_place'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        # The words come folded and stemmed: the tokenizer has only spaces to find.
        op.execute(
            'CREATE VIRTUAL TABLE passage_words USING fts5'
            "(title, headings, body, tokenize = 'unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            'CREATE TABLE passage_words (rowid integer CONSTRAINT pk_passage_words PRIMARY KEY, '
            'words tsvector NOT NULL)'
        )
        op.execute('CREATE INDEX ix_passage_words_words ON passage_words USING gin (words)')


def downgrade() -> None:
    """Without it."""
    op.execute('DROP TABLE passage_words')
    op.drop_table('passage')
