"""drafts answers reactions mentions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('subjects', sa.JSON(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('person_id', 'place', name=op.f('uq_draft_person_id'))
    )
    op.create_index('ix_draft_newest', 'draft', ['person_id', 'changed_at'], unique=False)

    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('accepted_by_id', sa.Integer(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['person.id'], name=op.f('fk_answer_accepted_by_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_answer_post_id_post')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_answer_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('post_id', name=op.f('uq_answer_post_id'))
    )
    op.create_index(op.f('ix_answer_thread_id'), 'answer', ['thread_id'], unique=False)

    op.create_table('mention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mention_person_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_mention_post_id_post')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_mention_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention'))
    )
    op.create_index('ix_mention_person', 'mention', ['post_id', 'person_id'], unique=True)
    op.create_index(op.f('ix_mention_person_id'), 'mention', ['person_id'], unique=False)
    op.create_index('ix_mention_team', 'mention', ['post_id', 'team_id'], unique=True)
    op.create_index(op.f('ix_mention_team_id'), 'mention', ['team_id'], unique=False)

    op.create_table('reaction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('thanks', 'used', 'agree', 'doubt', name='reaction_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('deal_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['deal_id'], ['subject.id'], name=op.f('fk_reaction_deal_id_subject')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reaction_person_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_reaction_post_id_post')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reaction')),
    sa.UniqueConstraint('post_id', 'kind', 'person_id', name=op.f('uq_reaction_post_id'))
    )
    op.create_index('ix_reaction_deal', 'reaction', ['deal_id', 'made_at'], unique=False)
    op.create_index(op.f('ix_reaction_person_id'), 'reaction', ['person_id'], unique=False)

    op.add_column('post', sa.Column('sent_as', sa.String(length=64), nullable=True))
    op.create_index('ix_post_sent_as', 'post', ['author_id', 'sent_as'], unique=True)

    op.add_column('thread', sa.Column('answers', sa.Integer(), server_default='0', nullable=False))



def downgrade() -> None:
    op.drop_column('thread', 'answers')

    op.drop_index('ix_post_sent_as', table_name='post')
    op.drop_column('post', 'sent_as')

    op.drop_index(op.f('ix_reaction_person_id'), table_name='reaction')
    op.drop_index('ix_reaction_deal', table_name='reaction')

    op.drop_table('reaction')
    op.drop_index(op.f('ix_mention_team_id'), table_name='mention')
    op.drop_index('ix_mention_team', table_name='mention')
    op.drop_index(op.f('ix_mention_person_id'), table_name='mention')
    op.drop_index('ix_mention_person', table_name='mention')

    op.drop_table('mention')
    op.drop_index(op.f('ix_answer_thread_id'), table_name='answer')

    op.drop_table('answer')
    op.drop_index('ix_draft_newest', table_name='draft')

    op.drop_table('draft')
