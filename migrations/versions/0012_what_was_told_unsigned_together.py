"""what was told unsigned together, wherever it was split off to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

UNSIGNED = sa.table('unsigned', *map(sa.column, ('post_id', 'told_in')))
POST = sa.table('post', *map(sa.column, ('id', 'thread_id')))
TRACE = sa.table('trace', *map(sa.column, ('thread_id', 'what', 'other_id')))


def upgrade() -> None:
    op.add_column('unsigned', sa.Column('told_in', sa.Integer(), nullable=True))
    say_where_it_was_told()
    with op.batch_alter_table('unsigned') as unsigned:
        unsigned.alter_column('told_in', existing_type=sa.Integer(), nullable=False)
        unsigned.create_foreign_key(op.f('fk_unsigned_told_in_thread'), 'thread', ['told_in'], ['id'])
        unsigned.create_index(op.f('ix_unsigned_told_in'), ['told_in'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('unsigned') as unsigned:
        unsigned.drop_index(op.f('ix_unsigned_told_in'))
        unsigned.drop_constraint(op.f('fk_unsigned_told_in_thread'), type_='foreignkey')
        unsigned.drop_column('told_in')


def say_where_it_was_told() -> None:
    connection = op.get_bind()
    split_off = sa.select(TRACE.c.thread_id, TRACE.c.other_id).where(TRACE.c.what == 'came', TRACE.c.other_id.is_not(None))
    came_from = dict(connection.execute(split_off).all())
    stands_in = sa.select(UNSIGNED.c.post_id, POST.c.thread_id).join(POST, POST.c.id == UNSIGNED.c.post_id)
    for post, thread in connection.execute(stands_in).all():
        told = sa.update(UNSIGNED).where(UNSIGNED.c.post_id == post)
        connection.execute(told.values(told_in=first_of(thread, came_from)))


def first_of(thread: int, came_from: dict[int, int]) -> int:
    """From where a thread was split off at first. Threads may have gone back and forth: none is looked at twice."""
    seen = set()
    while thread in came_from and thread not in seen:
        seen.add(thread)
        thread = came_from[thread]
    return thread
