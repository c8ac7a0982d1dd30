"""failures told unsigned: posts without an author, and whose they are kept apart"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

BY_NOBODY = (('thread', 'author_id'), ('post', 'author_id'), ('revision', 'editor_id'), ('answer', 'accepted_by_id'))


def upgrade() -> None:
    for table, column in BY_NOBODY:
        _let(table, column, was='INTEGER NOT NULL', be='INTEGER')
    op.create_table('unsigned',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_as', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_unsigned_person_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_unsigned_post_id_post')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unsigned')),
    sa.UniqueConstraint('person_id', 'sent_as', name=op.f('uq_unsigned_person_id')),
    sa.UniqueConstraint('post_id', name=op.f('uq_unsigned_post_id'))
    )
    op.create_index('ix_unsigned_due', 'unsigned', ['until'], unique=False)
    op.add_column('draft', sa.Column('unsigned', sa.String(length=20), server_default='', nullable=False))
    with op.batch_alter_table('note') as note:
        note.drop_index('ix_note_author')
        note.drop_constraint(op.f('fk_note_author_id_person'), type_='foreignkey')
        note.drop_column('author_id')


def downgrade() -> None:
    _refuse_to_sign()
    with op.batch_alter_table('note') as note:
        note.add_column(sa.Column('author_id', sa.Integer(), nullable=True))
        note.create_foreign_key(op.f('fk_note_author_id_person'), 'person', ['author_id'], ['id'])
    op.execute('UPDATE note SET author_id = (SELECT author_id FROM post WHERE post.id = note.post_id)')
    with op.batch_alter_table('note') as note:
        note.alter_column('author_id', existing_type=sa.Integer(), nullable=False)
        note.create_index('ix_note_author', ['author_id', 'id'], unique=False)
    op.drop_column('draft', 'unsigned')
    op.drop_index('ix_unsigned_due', table_name='unsigned')
    op.drop_table('unsigned')
    for table, column in BY_NOBODY:
        _let(table, column, was='INTEGER', be='INTEGER NOT NULL')


def _refuse_to_sign() -> None:
    """The version before knows of no unsigned post: it would need the names that were promised to nobody."""
    if op.get_bind().scalar(sa.text('SELECT count(*) FROM unsigned')):
        raise RuntimeError('Failures stand unsigned here, which the version before cannot keep so; their authors sign them first.')


def _let(table: str, column: str, was: str, be: str) -> None:
    """Let a column hold nothing, or no longer.

    SQLite would need a new table, to which no other could refer meanwhile. So the table is said anew, as
    https://www.sqlite.org/lang_altertable.html tells to do for such a change: the rows stay as they are.
    """
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        op.alter_column(table, column, existing_type=sa.Integer(), nullable='NOT NULL' not in be)
        return
    said = connection.scalar(sa.text('SELECT sql FROM sqlite_master WHERE type = :what AND name = :name'), {'what': 'table', 'name': table})
    if said.count(f'{column} {was},') != 1:
        raise RuntimeError(f'{table}.{column} is not as this migration expects it')
    version = connection.scalar(sa.text('PRAGMA schema_version'))
    connection.execute(sa.text('PRAGMA writable_schema=ON'))
    connection.execute(
        sa.text('UPDATE sqlite_master SET sql = :sql WHERE type = :what AND name = :name'),
        {'sql': said.replace(f'{column} {was},', f'{column} {be},'), 'what': 'table', 'name': table},
    )
    connection.execute(sa.text(f'PRAGMA schema_version={version + 1}'))
    connection.execute(sa.text('PRAGMA writable_schema=RESET'))
