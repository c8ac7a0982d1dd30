"""drafts that are taken back; tags"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

KINDS = "'opportunity', 'account', 'competitor', 'stage'"


def upgrade() -> None:
    op.add_column('draft', sa.Column('discarded_at', sa.DateTime(timezone=True), nullable=True))

    allow_kinds(KINDS, f"{KINDS}, 'tag'")
    op.create_table('tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['subject.id'], name=op.f('fk_tag_id_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag')),
    sa.UniqueConstraint('word', name=op.f('uq_tag_word'))
    )


def downgrade() -> None:
    op.drop_table('tag')
    for table in ('thread_subject', 'follow'):
        op.execute(f"DELETE FROM {table} WHERE subject_id IN (SELECT id FROM subject WHERE kind = 'tag')")
    op.execute("DELETE FROM subject WHERE kind = 'tag'")
    allow_kinds(f"{KINDS}, 'tag'", KINDS)

    op.execute("DELETE FROM draft WHERE discarded_at IS NOT NULL")
    op.drop_column('draft', 'discarded_at')


def allow_kinds(before: str, after: str) -> None:
    """Change which kinds of subjects there may be."""
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        return write_into_the_schema(connection, before, after)
    op.drop_constraint('ck_subject_subject_kind', 'subject', type_='check')
    op.create_check_constraint(op.f('ck_subject_subject_kind'), 'subject', f'kind IN ({after})')


def write_into_the_schema(connection: sa.Connection, before: str, after: str) -> None:
    """SQLite changes a CHECK by a new table only, which must not be as other tables refer to its rows; so the words of
    the table are changed, as its documentation says under "Making Other Kinds Of Table Schema Changes"."""
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar_one()
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    changed = connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'subject'"),
        {'before': f'kind IN ({before})', 'after': f'kind IN ({after})'},
    )
    assert changed.rowcount == 1
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = OFF')
