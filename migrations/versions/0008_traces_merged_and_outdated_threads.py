"""traces of what was done with threads, merged and outdated threads, headings of merged posts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trace',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.Enum('turned', 'changed', 'merged', 'split', 'came', 'moved', 'outdated', 'renewed', name='trace_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('was', sa.String(length=20), nullable=False),
    sa.Column('became', sa.String(length=20), nullable=False),
    sa.Column('posts', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('space_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_trace_by_id_person')),
    sa.ForeignKeyConstraint(['other_id'], ['thread.id'], name=op.f('fk_trace_other_id_thread')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_trace_post_id_post')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_trace_space_id_space')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_trace_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace'))
    )
    op.create_index('ix_trace_thread', 'trace', ['thread_id', 'id'], unique=False)
    op.create_index(op.f('ix_trace_other_id'), 'trace', ['other_id'], unique=False)

    op.create_table('merger',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_merger_post_id_post')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_merger_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merger')),
    sa.UniqueConstraint('thread_id', name=op.f('uq_merger_thread_id'))
    )

    op.add_column('post', sa.Column('heading', sa.String(length=200), server_default='', nullable=False))
    op.add_column('thread', sa.Column('outdated_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('thread', sa.Column('outdated_because', sa.String(length=500), server_default='', nullable=False))
    op.add_column('thread', sa.Column('traces', sa.Integer(), server_default='0', nullable=False))
    # SQLite takes a reference with its column, and no other way short of a new table.
    op.add_column('thread', sa.Column('successor_id', sa.Integer(), sa.ForeignKey('thread.id', name=op.f('fk_thread_successor_id_thread')), nullable=True), inline_references=True)
    op.create_index(op.f('ix_thread_successor_id'), 'thread', ['successor_id'], unique=False)

    op.add_column('thread_subject', sa.Column('current', sa.Integer(), server_default='1', nullable=False))
    op.drop_index('ix_thread_subject_newest', table_name='thread_subject')
    op.create_index('ix_thread_subject_newest', 'thread_subject', ['subject_id', 'current', 'active_at', 'thread_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_thread_subject_newest', table_name='thread_subject')
    op.create_index('ix_thread_subject_newest', 'thread_subject', ['subject_id', 'active_at', 'thread_id'], unique=False)
    op.drop_column('thread_subject', 'current')

    op.drop_index(op.f('ix_thread_successor_id'), table_name='thread')
    op.drop_column('thread', 'successor_id')
    op.drop_column('thread', 'traces')
    op.drop_column('thread', 'outdated_because')
    op.drop_column('thread', 'outdated_at')
    op.drop_column('post', 'heading')

    op.drop_table('merger')
    op.drop_index(op.f('ix_trace_other_id'), table_name='trace')
    op.drop_index('ix_trace_thread', table_name='trace')
    op.drop_table('trace')
