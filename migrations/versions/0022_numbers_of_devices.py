"""the number of a device that was removed is given to no other, nor that of what waited to go there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

PUSH = sa.table('push', *map(sa.column, ('id', 'device_id', 'notice_id', 'due_at', 'news', 'attempts')))


def upgrade() -> None:
    # Other databases never give a number twice.
    if op.get_bind().dialect.name == 'sqlite':
        _rebuild(sqlite_autoincrement=True)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        _rebuild()


def _rebuild(**said: bool) -> None:
    """A table that others point to cannot be dropped; what points to it stands aside meanwhile."""
    waiting = [row._asdict() for row in op.get_bind().execute(sa.select(PUSH))]
    op.execute(sa.delete(PUSH))
    for table in ('device', 'push'):
        with op.batch_alter_table(table, recreate='always', table_kwargs=said):
            pass
    op.bulk_insert(PUSH, waiting)
