"""digests: how often each comes, what each issue told, and mails that bring them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

RHYTHM = ('none', 'daily', 'weekly', 'monthly')
WAITS = sa.text("state = 'waiting'")
ABOUT_ONE = 'notice_id IS NULL OR digest_id IS NULL'


def upgrade() -> None:
    op.create_table('digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('rhythm', sa.Enum(*RHYTHM, name='rhythm', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_digest_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('person_id', name=op.f('uq_digest_person_id'))
    )
    op.create_index(op.f('ix_digest_due_at'), 'digest', ['due_at'], unique=False)
    _keep_news_apart()
    op.drop_index('ix_mail_waiting', 'mail')
    with op.batch_alter_table('mail') as mail:
        mail.add_column(sa.Column('digest_id', sa.Integer(), nullable=True))
        mail.alter_column('notice_id', existing_type=sa.Integer(), nullable=True)
        mail.create_foreign_key(op.f('fk_mail_digest_id_digest'), 'digest', ['digest_id'], ['id'])
        mail.create_check_constraint(op.f('ck_mail_about_one'), ABOUT_ONE)
        mail.create_index('ix_mail_digest', ['digest_id', 'due_at'], unique=False)
    for column, name in (('notice_id', 'ix_mail_waiting'), ('digest_id', 'ix_mail_digest_waiting')):
        op.create_index(name, 'mail', [column], unique=True, sqlite_where=WAITS, postgresql_where=WAITS)
    _join_news_again()
    op.create_table('issue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('digest_id', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('upto', sa.Integer(), nullable=False),
    sa.Column('threads', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['digest_id'], ['digest.id'], name=op.f('fk_issue_digest_id_digest')),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_issue_mail_id_mail'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue')),
    sa.UniqueConstraint('mail_id', name=op.f('uq_issue_mail_id'))
    )
    op.create_index(op.f('ix_issue_digest_id'), 'issue', ['digest_id'], unique=False)
    op.create_index('ix_progress_read', 'progress', ['person_id', 'read_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_progress_read', 'progress')
    op.drop_table('issue')
    op.execute('UPDATE news SET mail_id = NULL WHERE mail_id IN (SELECT id FROM mail WHERE digest_id IS NOT NULL)')
    op.execute('DELETE FROM mail WHERE digest_id IS NOT NULL')
    _keep_news_apart()
    op.drop_index('ix_mail_digest_waiting', 'mail')
    op.drop_index('ix_mail_waiting', 'mail')
    with op.batch_alter_table('mail') as mail:
        mail.drop_index('ix_mail_digest')
        mail.drop_constraint(op.f('ck_mail_about_one'), type_='check')
        mail.drop_constraint(op.f('fk_mail_digest_id_digest'), type_='foreignkey')
        mail.alter_column('notice_id', existing_type=sa.Integer(), nullable=False)
        mail.drop_column('digest_id')
    op.create_index('ix_mail_waiting', 'mail', ['notice_id'], unique=True, sqlite_where=WAITS, postgresql_where=WAITS)
    _join_news_again()
    op.drop_index(op.f('ix_digest_due_at'), 'digest')
    op.drop_table('digest')


def _keep_news_apart() -> None:
    """SQLite rebuilds the table of mails, which nothing may point to meanwhile."""
    with op.batch_alter_table('news') as news:
        news.drop_constraint(op.f('fk_news_mail_id_mail'), type_='foreignkey')


def _join_news_again() -> None:
    with op.batch_alter_table('news') as news:
        news.create_foreign_key(op.f('fk_news_mail_id_mail'), 'mail', ['mail_id'], ['id'])
