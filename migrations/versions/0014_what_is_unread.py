"""what is unread: all of a thread, and when somebody caught up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('caught_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_caught_up_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_caught_up')),
    sa.UniqueConstraint('person_id', name=op.f('uq_caught_up_person_id'))
    )
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.alter_column('post_id', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # Before, a thread of which nothing was read had no row.
    op.execute('DELETE FROM progress WHERE post_id IS NULL')
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.alter_column('post_id', existing_type=sa.Integer(), nullable=False)
    op.drop_table('caught_up')
