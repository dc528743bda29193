"""Slots that were left are owed to their channel; a recipient knows whether the message to them costs money.

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel_rate", sa.Column("owed", sa.Double(), server_default="0", nullable=False))
    op.add_column("delivery", sa.Column("costs", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("delivery", "costs")
    op.drop_column("channel_rate", "owed")
