"""four levels of following, on threads and spaces too; the levels that people usually have

Whoever followed something tracks it from now on, and watches what is their own deal.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

LEVEL = ('watching', 'tracking', 'normal', 'muted')
STAKE = ('wrote', 'owns', 'helps')
ONE_OF_FOUR = (
    '(CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN subject_id IS NULL THEN 0 ELSE 1 END)'
    ' + (CASE WHEN followed_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN space_id IS NULL THEN 0 ELSE 1 END) = 1'
)
ONE_OF_TWO = '(subject_id IS NULL) <> (followed_id IS NULL)'
OWN_DEALS = """UPDATE follow SET level = 'watching' WHERE EXISTS (
    SELECT 1 FROM opportunity WHERE opportunity.id = follow.subject_id AND opportunity.owner_id = follow.person_id)"""


def upgrade() -> None:
    op.create_table('usual_level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stake', sa.Enum(*STAKE, name='stake', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('level', sa.Enum(*LEVEL, name='level', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_usual_level_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_usual_level')),
    sa.UniqueConstraint('person_id', 'stake', name=op.f('uq_usual_level_person_id'))
    )

    op.create_index('ix_thread_space_newest', 'thread', ['space_id', 'active_at'], unique=False)

    op.create_index('ix_post_author_thread', 'post', ['author_id', 'thread_id', 'deleted_at'], unique=False)
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_subject_id')
        batch_op.drop_index('ix_follow_followed_id')
        batch_op.drop_constraint(op.f('ck_follow_one_target'), type_='check')
        batch_op.add_column(sa.Column('thread_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('space_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('level', sa.Enum(*LEVEL, name='level', native_enum=False, create_constraint=True, length=20), server_default='tracking', nullable=False))
        batch_op.create_foreign_key(op.f('fk_follow_thread_id_thread'), 'thread', ['thread_id'], ['id'])
        batch_op.create_foreign_key(op.f('fk_follow_space_id_space'), 'space', ['space_id'], ['id'])
        batch_op.create_unique_constraint('uq_follow_person_thread', ['person_id', 'thread_id'])
        batch_op.create_unique_constraint('uq_follow_person_space', ['person_id', 'space_id'])
        batch_op.create_check_constraint(op.f('ck_follow_one_target'), ONE_OF_FOUR)
        for target in ('thread_id', 'subject_id', 'followed_id', 'space_id'):
            batch_op.create_index(f'ix_follow_{target}', [target, 'person_id'], unique=False)
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.alter_column('level', server_default=None)
    op.execute(OWN_DEALS)


def downgrade() -> None:
    op.execute("DELETE FROM follow WHERE level NOT IN ('watching', 'tracking') OR thread_id IS NOT NULL OR space_id IS NOT NULL")
    with op.batch_alter_table('follow', schema=None) as batch_op:
        for target in ('thread_id', 'subject_id', 'followed_id', 'space_id'):
            batch_op.drop_index(f'ix_follow_{target}')
        batch_op.drop_constraint(op.f('ck_follow_one_target'), type_='check')
        batch_op.drop_constraint(op.f('ck_follow_level'), type_='check')
        batch_op.drop_constraint('uq_follow_person_thread', type_='unique')
        batch_op.drop_constraint('uq_follow_person_space', type_='unique')
        batch_op.drop_constraint(op.f('fk_follow_thread_id_thread'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_follow_space_id_space'), type_='foreignkey')
        batch_op.drop_column('level')
        batch_op.drop_column('space_id')
        batch_op.drop_column('thread_id')
        batch_op.create_check_constraint(op.f('ck_follow_one_target'), ONE_OF_TWO)
        batch_op.create_index('ix_follow_subject_id', ['subject_id'], unique=False)
        batch_op.create_index('ix_follow_followed_id', ['followed_id'], unique=False)

    op.drop_index('ix_thread_space_newest', table_name='thread')
    op.drop_index('ix_post_author_thread', table_name='post')
    op.drop_table('usual_level')
