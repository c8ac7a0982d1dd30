"""files of posts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('content',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Enum('picture', 'pdf', 'word', 'slides', 'sheet', 'text', 'audio', 'video', 'archive', 'other', name='file_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('media', sa.String(length=100), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('moves', sa.Boolean(), nullable=False),
    sa.Column('has_preview', sa.Boolean(), nullable=False),
    sa.Column('reading', sa.Enum('waiting', 'done', 'failed', name='reading', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content')),
    sa.UniqueConstraint('digest', name=op.f('uq_content_digest'))
    )
    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['content.id'], name=op.f('fk_attachment_content_id_content')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attachment_person_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_attachment_post_id_post')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    op.create_index(op.f('ix_attachment_content_id'), 'attachment', ['content_id'], unique=False)
    op.create_index('ix_attachment_person', 'attachment', ['person_id', 'post_id'], unique=False)
    op.create_index('ix_attachment_post', 'attachment', ['post_id', 'position'], unique=False)
    op.create_index('ix_attachment_waiting', 'attachment', ['post_id', 'added_at'], unique=False)

    op.add_column('post', sa.Column('files', sa.JSON(), server_default='[]', nullable=False))



def downgrade() -> None:
    op.drop_column('post', 'files')

    op.drop_index('ix_attachment_waiting', table_name='attachment')
    op.drop_index('ix_attachment_post', table_name='attachment')
    op.drop_index('ix_attachment_person', table_name='attachment')
    op.drop_index(op.f('ix_attachment_content_id'), table_name='attachment')

    op.drop_table('attachment')
    op.drop_table('content')
