"""open, listed and archived spaces; people who ask to join; accounts closed without their name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('space', sa.Column('open', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('space', sa.Column('listed', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('space', sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('person', sa.Column('kept_name', sa.String(length=120), nullable=True))

    op.create_table('join_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_join_request_person_id_person')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_join_request_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_request')),
    sa.UniqueConstraint('space_id', 'person_id', name=op.f('uq_join_request_space_id'))
    )
    op.create_index('ix_join_request_person_id', 'join_request', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_join_request_person_id', table_name='join_request')
    op.drop_table('join_request')
    op.drop_column('person', 'kept_name')
    op.drop_column('space', 'archived_at')
    op.drop_column('space', 'listed')
    op.drop_column('space', 'open')
