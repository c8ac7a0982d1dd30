"""devices on which people are told, what waits to go there, and who wants how much of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

WANTS = ('all', 'mentions', 'nothing')


def upgrade() -> None:
    op.create_table('push_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('wants', sa.Enum(*WANTS, name='wants', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_push_choice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_choice')),
    sa.UniqueConstraint('person_id', name=op.f('uq_push_choice_person_id'))
    )
    op.create_table('device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('endpoint', sa.String(length=1000), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('secret', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('signed', sa.String(length=64), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_device_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('endpoint', name=op.f('uq_device_endpoint'))
    )
    op.create_index(op.f('ix_device_person_id'), 'device', ['person_id'], unique=False)
    op.create_table('push',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('news', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_push_device_id_device')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_push_notice_id_notice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push')),
    sa.UniqueConstraint('device_id', 'notice_id', name=op.f('uq_push_device_id'))
    )
    op.create_index(op.f('ix_push_due_at'), 'push', ['due_at'], unique=False)
    op.create_index(op.f('ix_push_notice_id'), 'push', ['notice_id'], unique=False)


def downgrade() -> None:
    op.drop_table('push')
    op.drop_table('device')
    op.drop_table('push_choice')
