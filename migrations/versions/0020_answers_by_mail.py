"""mails that came in, and those that go back to whoever sent them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

OUTCOME = ('posted', 'rejected', 'ignored')


def upgrade() -> None:
    op.create_table('returned',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('posted', sa.Boolean(), nullable=False),
    sa.Column('answers', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_returned_mail_id_mail')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_returned')),
    sa.UniqueConstraint('mail_id', name=op.f('uq_returned_mail_id'))
    )
    op.create_table('received',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Enum(*OUTCOME, name='outcome', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_received_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received')),
    sa.UniqueConstraint('digest', name=op.f('uq_received_digest'))
    )
    op.create_index('ix_received_person', 'received', ['person_id', 'at'], unique=False)


def downgrade() -> None:
    op.drop_table('received')
    op.drop_table('returned')
    op.execute('DELETE FROM mail WHERE notice_id IS NULL AND digest_id IS NULL')
