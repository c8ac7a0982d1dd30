"""names to list subjects by"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

BATCH = 1_000
MOST = 400
COLUMNS = ('sort_name', 'sort_hint')
SUBJECT = sa.table('subject', *map(sa.column, ('id', 'name', 'hint', *COLUMNS)))


def upgrade() -> None:
    for column in COLUMNS:
        # Rows that stand need a default; whatever writes a row says it. SQLite could drop it by a new table only.
        op.add_column('subject', sa.Column(column, sa.String(length=MOST), server_default='', nullable=False))
    fill(op.get_bind())
    for column in COLUMNS:
        op.create_index(f'ix_subject_kind_{column}', 'subject', ['kind', column, 'id'], unique=False)


def downgrade() -> None:
    # Not as a batch, which makes the table anew: other tables refer to its rows.
    for column in reversed(COLUMNS):
        op.drop_index(f'ix_subject_kind_{column}', table_name='subject')
        op.drop_column('subject', column)


def fill(connection: sa.Connection) -> None:
    """Write the names of all that stands, a batch at a time."""
    id = SUBJECT.c.id
    named = sa.update(SUBJECT).where(id == sa.bindparam('this'))
    rows = sa.select(id, SUBJECT.c.name, SUBJECT.c.hint).order_by(id).limit(BATCH)
    found = connection.execute(rows).all()
    while found:
        connection.execute(named, [
            {'this': row.id, 'sort_name': folded(row.name), 'sort_hint': folded(row.hint)} for row in found
        ])
        found = connection.execute(rows.where(id > found[-1].id)).all()


def folded(text: str) -> str:
    """Lower case without accents, as much as a column holds, as the product folded names at this revision, whatever it does later."""
    apart = unicodedata.normalize('NFKD', text.casefold())
    plain = ' '.join(''.join(letter for letter in apart if not unicodedata.combining(letter)).split())
    return plain[:MOST]
