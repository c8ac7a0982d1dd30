"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('channel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel')),
    sa.UniqueConstraint('name', name=op.f('uq_channel_name'))
    )
    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['team.id'], name=op.f('fk_team_parent_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team'))
    )
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_parent_id'), ['parent_id'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('sort_name', sa.String(length=240), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('role', sa.Enum('rep', 'manager', 'marketing', 'sales_ops', 'executive', 'admin', name='role', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=True),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('picture', sa.String(length=80), nullable=True),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_person_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_person_fs_uniquifier'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_sort_name', ['sort_name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_team_id'), ['team_id'], unique=False)

    op.create_table('space',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('company', 'team', 'group', 'deal', name='space_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_space_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_space'))
    )
    with op.batch_alter_table('space', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_space_team_id'), ['team_id'], unique=False)

    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_person_id'), ['person_id'], unique=False)

    op.create_table('crm_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('folder', sa.String(length=40), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('started_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('started', 'done', 'failed', name='import_state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['started_by_id'], ['person.id'], name=op.f('fk_crm_import_started_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_import')),
    sa.UniqueConstraint('folder', name=op.f('uq_crm_import_folder'))
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('channels', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_event_actor_id_person')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_event_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_topic', ['topic', 'id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('manages', sa.Boolean(), nullable=False),
    sa.Column('by_team', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id_person')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_membership_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('person_id', 'space_id', name=op.f('uq_membership_person_id'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_space_id', ['space_id'], unique=False)

    op.create_table('subject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opportunity', 'account', 'competitor', 'stage', name='subject_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('hint', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_subject_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject'))
    )
    with op.batch_alter_table('subject', schema=None) as batch_op:
        batch_op.create_index('ix_subject_kind_hint', ['kind', 'hint', 'id'], unique=False)
        batch_op.create_index('ix_subject_kind_name', ['kind', 'name'], unique=False)
        batch_op.create_index('ix_subject_kind_position', ['kind', 'position', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subject_space_id'), ['space_id'], unique=False)

    op.create_table('thread',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('tactic', 'success', 'failure', 'question', 'discussion', name='thread_kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('excerpt', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('posts_made', sa.Integer(), nullable=False),
    sa.Column('replies', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_thread_author_id_person')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_thread_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread'))
    )
    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.create_index('ix_thread_author', ['author_id', 'active_at'], unique=False)
        batch_op.create_index('ix_thread_kind_newest', ['kind', 'active_at', 'id'], unique=False)
        batch_op.create_index('ix_thread_newest', ['active_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thread_space_id'), ['space_id'], unique=False)
        batch_op.create_index('ix_thread_unanswered', ['kind', 'replies', 'active_at'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sector', sa.String(length=120), nullable=False),
    sa.Column('country', sa.String(length=120), nullable=False),
    sa.Column('city', sa.String(length=120), nullable=False),
    sa.Column('website', sa.String(length=300), nullable=False),
    sa.Column('employees', sa.Integer(), nullable=True),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['id'], ['subject.id'], name=op.f('fk_account_id_subject')),
    sa.ForeignKeyConstraint(['parent_id'], ['account.id'], name=op.f('fk_account_parent_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index('ix_account_country', ['country', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index('ix_account_sector', ['sector', 'id'], unique=False)

    op.create_table('competitor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('website', sa.String(length=300), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('summaries', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['subject.id'], name=op.f('fk_competitor_id_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competitor'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('reader', sa.String(length=40), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_delivery_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_reader_due', ['reader', 'due_at', 'id'], unique=False)

    op.create_table('follow',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('followed_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(subject_id IS NULL) <> (followed_id IS NULL)', name=op.f('ck_follow_one_target')),
    sa.ForeignKeyConstraint(['followed_id'], ['person.id'], name=op.f('fk_follow_followed_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_follow_person_id_person')),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_follow_subject_id_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow')),
    sa.UniqueConstraint('person_id', 'followed_id', name='uq_follow_person_followed'),
    sa.UniqueConstraint('person_id', 'subject_id', name=op.f('uq_follow_person_id'))
    )
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.create_index('ix_follow_followed_id', ['followed_id'], unique=False)
        batch_op.create_index('ix_follow_subject_id', ['subject_id'], unique=False)

    op.create_table('post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('html', sa.String(), nullable=False),
    sa.Column('html_version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_post_author_id_person')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_post_space_id_space')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_post_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('thread_id', 'position', name=op.f('uq_post_thread_id'))
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_author', ['author_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_space_id'), ['space_id'], unique=False)

    op.create_table('stage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_does', sa.JSON(), nullable=False),
    sa.Column('exit_criteria', sa.JSON(), nullable=False),
    sa.Column('standard_days', sa.Integer(), nullable=False),
    sa.Column('win_probability', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.CheckConstraint('win_probability BETWEEN 0 AND 100', name=op.f('ck_stage_win_probability_percent')),
    sa.ForeignKeyConstraint(['id'], ['subject.id'], name=op.f('fk_stage_id_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage'))
    )
    op.create_table('thread_subject',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_thread_subject_subject_id_subject')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_thread_subject_thread_id_thread')),
    sa.PrimaryKeyConstraint('thread_id', 'subject_id', name=op.f('pk_thread_subject'))
    )
    with op.batch_alter_table('thread_subject', schema=None) as batch_op:
        batch_op.create_index('ix_thread_subject_newest', ['subject_id', 'active_at', 'thread_id'], unique=False)

    op.create_table('contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('part', sa.Enum('decides', 'champions', 'influences', 'blocks', 'unknown', name='contact_part', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_account_id'), ['account_id'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('editor_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=True),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['editor_id'], ['person.id'], name=op.f('fk_revision_editor_id_person')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_revision_post_id_post')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_post_id'), ['post_id'], unique=False)

    op.create_table('external_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('product', 'team', 'person', 'account', 'contact', 'deal', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(length=32), nullable=False),
    sa.Column('last', sa.String(), nullable=False),
    sa.Column('created_in', sa.Integer(), nullable=True),
    sa.Column('changed_in', sa.Integer(), nullable=True),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['changed_in'], ['crm_import.id'], name=op.f('fk_external_key_changed_in_crm_import')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_external_key_contact_id_contact'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['created_in'], ['crm_import.id'], name=op.f('fk_external_key_created_in_crm_import')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_external_key_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_external_key_subject_id_subject'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_external_key_team_id_team'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_external_key')),
    sa.UniqueConstraint('source', 'kind', 'key', name=op.f('uq_external_key_source'))
    )
    with op.batch_alter_table('external_key', schema=None) as batch_op:
        batch_op.create_index('ix_external_key_contact_id', ['contact_id'], unique=False)
        batch_op.create_index('ix_external_key_subject_id', ['subject_id'], unique=False)

    op.create_table('opportunity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=False),
    sa.Column('stage_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('open', 'won', 'lost', name='deal_state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('list_price', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('product', sa.String(length=120), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('close_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('lost_reason', sa.Enum('price', 'competitor', 'no_decision', 'timing', 'fit', 'other', name='lost_reason', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('closing_note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_opportunity_account_id_account')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_opportunity_contact_id_contact')),
    sa.ForeignKeyConstraint(['id'], ['subject.id'], name=op.f('fk_opportunity_id_subject')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_opportunity_owner_id_person')),
    sa.ForeignKeyConstraint(['stage_id'], ['stage.id'], name=op.f('fk_opportunity_stage_id_stage')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opportunity'))
    )
    with op.batch_alter_table('opportunity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opportunity_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_opportunity_amount', ['amount', 'id'], unique=False)
        batch_op.create_index('ix_opportunity_close', ['close_on', 'id'], unique=False)
        batch_op.create_index('ix_opportunity_owner_state', ['owner_id', 'state', 'close_on', 'id'], unique=False)
        batch_op.create_index('ix_opportunity_since', ['stage_since', 'id'], unique=False)
        batch_op.create_index('ix_opportunity_stage_state', ['stage_id', 'state'], unique=False)
        batch_op.create_index('ix_opportunity_state_amount', ['state', 'amount', 'id'], unique=False)
        batch_op.create_index('ix_opportunity_state_close', ['state', 'close_on', 'id'], unique=False)
        batch_op.create_index('ix_opportunity_state_since', ['state', 'stage_since', 'id'], unique=False)

    op.create_table('opportunity_competitor',
    sa.Column('opportunity_id', sa.Integer(), nullable=False),
    sa.Column('competitor_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['competitor_id'], ['competitor.id'], name=op.f('fk_opportunity_competitor_competitor_id_competitor')),
    sa.ForeignKeyConstraint(['opportunity_id'], ['opportunity.id'], name=op.f('fk_opportunity_competitor_opportunity_id_opportunity')),
    sa.PrimaryKeyConstraint('opportunity_id', 'competitor_id', name=op.f('pk_opportunity_competitor'))
    )
    with op.batch_alter_table('opportunity_competitor', schema=None) as batch_op:
        batch_op.create_index('ix_opportunity_competitor_met', ['competitor_id', 'opportunity_id'], unique=False)

    op.create_table('opportunity_helper',
    sa.Column('opportunity_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['opportunity_id'], ['opportunity.id'], name=op.f('fk_opportunity_helper_opportunity_id_opportunity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_opportunity_helper_person_id_person')),
    sa.PrimaryKeyConstraint('opportunity_id', 'person_id', name=op.f('pk_opportunity_helper'))
    )
    with op.batch_alter_table('opportunity_helper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opportunity_helper_person_id'), ['person_id'], unique=False)

    op.create_table('stage_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opportunity_id', sa.Integer(), nullable=False),
    sa.Column('stage_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_stage_move_by_id_person')),
    sa.ForeignKeyConstraint(['opportunity_id'], ['opportunity.id'], name=op.f('fk_stage_move_opportunity_id_opportunity')),
    sa.ForeignKeyConstraint(['stage_id'], ['stage.id'], name=op.f('fk_stage_move_stage_id_stage')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_move'))
    )
    with op.batch_alter_table('stage_move', schema=None) as batch_op:
        batch_op.create_index('ix_stage_move_opportunity_at', ['opportunity_id', 'at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('stage_move', schema=None) as batch_op:
        batch_op.drop_index('ix_stage_move_opportunity_at')

    op.drop_table('stage_move')
    with op.batch_alter_table('opportunity_helper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opportunity_helper_person_id'))

    op.drop_table('opportunity_helper')
    with op.batch_alter_table('opportunity_competitor', schema=None) as batch_op:
        batch_op.drop_index('ix_opportunity_competitor_met')

    op.drop_table('opportunity_competitor')
    with op.batch_alter_table('opportunity', schema=None) as batch_op:
        batch_op.drop_index('ix_opportunity_state_since')
        batch_op.drop_index('ix_opportunity_state_close')
        batch_op.drop_index('ix_opportunity_state_amount')
        batch_op.drop_index('ix_opportunity_stage_state')
        batch_op.drop_index('ix_opportunity_since')
        batch_op.drop_index('ix_opportunity_owner_state')
        batch_op.drop_index('ix_opportunity_close')
        batch_op.drop_index('ix_opportunity_amount')
        batch_op.drop_index(batch_op.f('ix_opportunity_account_id'))

    op.drop_table('opportunity')
    with op.batch_alter_table('external_key', schema=None) as batch_op:
        batch_op.drop_index('ix_external_key_subject_id')
        batch_op.drop_index('ix_external_key_contact_id')

    op.drop_table('external_key')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_post_id'))

    op.drop_table('revision')
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_account_id'))

    op.drop_table('contact')
    with op.batch_alter_table('thread_subject', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_subject_newest')

    op.drop_table('thread_subject')
    op.drop_table('stage')
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_space_id'))
        batch_op.drop_index('ix_post_author')

    op.drop_table('post')
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_subject_id')
        batch_op.drop_index('ix_follow_followed_id')

    op.drop_table('follow')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_reader_due')

    op.drop_table('delivery')
    op.drop_table('competitor')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index('ix_account_sector')
        batch_op.drop_index(batch_op.f('ix_account_parent_id'))
        batch_op.drop_index('ix_account_country')

    op.drop_table('account')
    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_unanswered')
        batch_op.drop_index(batch_op.f('ix_thread_space_id'))
        batch_op.drop_index('ix_thread_newest')
        batch_op.drop_index('ix_thread_kind_newest')
        batch_op.drop_index('ix_thread_author')

    op.drop_table('thread')
    with op.batch_alter_table('subject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subject_space_id'))
        batch_op.drop_index('ix_subject_kind_position')
        batch_op.drop_index('ix_subject_kind_name')
        batch_op.drop_index('ix_subject_kind_hint')

    op.drop_table('subject')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('ix_membership_space_id')

    op.drop_table('membership')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_topic')

    op.drop_table('event')
    op.drop_table('crm_import')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_person_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('space', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_space_team_id'))

    op.drop_table('space')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_team_id'))
        batch_op.drop_index('ix_person_sort_name')

    op.drop_table('person')
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_team_parent_id'))

    op.drop_table('team')
    op.drop_table('channel')
