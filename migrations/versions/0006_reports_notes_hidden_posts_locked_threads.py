"""reports of posts, notes to their authors, hidden posts, locked threads"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('reporter_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('dismissed', 'hidden', name='outcome', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_report_closed_by_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_report_post_id_post')),
    sa.ForeignKeyConstraint(['reporter_id'], ['person.id'], name=op.f('fk_report_reporter_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('post_id', 'reporter_id', name=op.f('uq_report_post_id'))
    )
    op.create_index('ix_report_open', 'report', ['closed_at', 'id'], unique=False)

    op.create_table('note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_note_author_id_person')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_note_by_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_note_post_id_post')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note'))
    )
    op.create_index('ix_note_author', 'note', ['author_id', 'id'], unique=False)
    op.create_index(op.f('ix_note_post_id'), 'note', ['post_id'], unique=False)

    op.add_column('post', sa.Column('hidden', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('thread', sa.Column('locked_because', sa.String(length=500), nullable=True))
    op.add_column('person', sa.Column('unread_notes', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('person', 'unread_notes')
    op.drop_column('thread', 'locked_because')
    op.drop_column('post', 'hidden')

    op.drop_index(op.f('ix_note_post_id'), table_name='note')
    op.drop_index('ix_note_author', table_name='note')
    op.drop_table('note')
    op.drop_index('ix_report_open', table_name='report')
    op.drop_table('report')
