"""events that nobody edits; revisions of posts that were gone; former colleagues without a name; how files begin"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0006'
branch_labels = None
depends_on = None

# Whoever makes the table of events anew, as a batch does, makes these anew too.
LASTING = 'id, kind, at, actor_id, topic, space_id, facts'
REFUSED = 'what happened is not edited'
REVISION = sa.table('revision', *map(sa.column, ('body', 'gone')))
CONTENT = sa.table('content', *map(sa.column, ('text', 'begins')))
PERSON = sa.table('person', *map(sa.column, ('name', 'kept_name')))


def upgrade() -> None:
    guard()
    op.add_column('revision', sa.Column('gone', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.update(REVISION).where(REVISION.c.body == '').values(gone=sa.true()))
    op.execute(sa.update(PERSON).where(PERSON.c.kept_name.is_not(None)).values(name=''))
    op.add_column('content', sa.Column('begins', sa.String(length=160), server_default='', nullable=False))
    op.execute(sa.update(CONTENT).values(begins=sa.func.substr(CONTENT.c.text, 1, 160)))


def downgrade() -> None:
    op.drop_column('content', 'begins')
    op.execute(sa.update(PERSON).where(PERSON.c.kept_name.is_not(None)).values(name='A former colleague'))
    op.drop_column('revision', 'gone')
    unguard()


def guard() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        op.execute(f'CREATE TRIGGER event_is_not_changed BEFORE UPDATE OF {LASTING} ON event {refuse}')
        op.execute(f'CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event {refuse}')
        return
    op.execute("CREATE FUNCTION refuse_to_edit_an_event() RETURNS trigger LANGUAGE plpgsql "
               f"AS $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$")
    op.execute(f'CREATE TRIGGER event_is_not_edited BEFORE UPDATE OF {LASTING} OR DELETE ON event '
               'FOR EACH ROW EXECUTE FUNCTION refuse_to_edit_an_event()')


def unguard() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TRIGGER event_is_not_changed')
        op.execute('DROP TRIGGER event_is_not_deleted')
        return
    op.execute('DROP TRIGGER event_is_not_edited ON event')
    op.execute('DROP FUNCTION refuse_to_edit_an_event()')
