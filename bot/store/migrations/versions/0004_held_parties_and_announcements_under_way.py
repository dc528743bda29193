"""Parties staff hold on the waiting list; how far the announcement of a gathering has come.

Revision: 0004, after: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("party", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("gathering", sa.Column("announced_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))


def downgrade() -> None:
    op.drop_column("gathering", "announced_to")
    op.drop_column("party", "held")
