"""until when what was told in a thread counts as read, wherever somebody reads in it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('progress', sa.Column('since', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('progress', 'since')
