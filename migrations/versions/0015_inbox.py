"""what people are told, a row for each of their threads"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

STANDING = ('open', 'later', 'done')
SORT = ('asks', 'names', 'accepted', 'published', 'replied')


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('standing', sa.Enum(*STANDING, name='standing', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_notice_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('person_id', 'thread_id', name=op.f('uq_notice_person_id'))
    )
    op.create_index('ix_notice_inbox', 'notice', ['person_id', 'standing', 'at', 'id'], unique=False)
    op.create_index('ix_notice_standing', 'notice', ['standing', 'at'], unique=False)
    op.create_index('ix_notice_thread', 'notice', ['thread_id'], unique=False)

    op.create_table('news',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('sort', sa.Enum(*SORT, name='sort', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_news_person_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_news_post_id_post')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_news_notice_id_notice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_news')),
    sa.UniqueConstraint('person_id', 'post_id', name=op.f('uq_news_person_id'))
    )
    op.create_index('ix_news_notice', 'news', ['notice_id', 'closed_at'], unique=False)
    op.create_index('ix_news_post', 'news', ['post_id'], unique=False)


def downgrade() -> None:
    op.drop_table('news')
    op.drop_table('notice')
