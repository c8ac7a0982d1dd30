"""mails on their way, how fast people want them, and which closed spaces let their words leave by mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

PACE = ('at_once', 'gathered', 'never')
STATE = ('waiting', 'leaving', 'sent', 'failed')
WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table('mail_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('pace', sa.Enum(*PACE, name='pace', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mail_choice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_choice')),
    sa.UniqueConstraint('person_id', name=op.f('uq_mail_choice_person_id'))
    )
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum(*STATE, name='mail_state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_mail_notice_id_notice')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mail_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    op.create_index('ix_mail_due', 'mail', ['state', 'due_at', 'id'], unique=False)
    op.create_index('ix_mail_waiting', 'mail', ['notice_id'], unique=True, sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index(op.f('ix_mail_person_id'), 'mail', ['person_id'], unique=False)

    with op.batch_alter_table('news') as news:
        news.add_column(sa.Column('mail_id', sa.Integer(), nullable=True))
        news.create_foreign_key(op.f('fk_news_mail_id_mail'), 'mail', ['mail_id'], ['id'])
        news.create_index(op.f('ix_news_mail_id'), ['mail_id'], unique=False)
    op.add_column('space', sa.Column('tells_by_mail', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column('space', 'tells_by_mail')
    with op.batch_alter_table('news') as news:
        news.drop_index(op.f('ix_news_mail_id'))
        news.drop_constraint(op.f('fk_news_mail_id_mail'), type_='foreignkey')
        news.drop_column('mail_id')
    op.drop_table('mail')
    op.drop_table('mail_choice')
