"""Broadcasts held back when their time comes; what became of recipients whose rows are purged;
the oldest program that can work on the ledger.

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("held", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "broadcast_tally",
        sa.Column("broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_tally_broadcast_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("broadcast_id", "channel", "state", "reason", name=op.f("pk_broadcast_tally")),
    )
    oldest = op.create_table(
        "compatibility",
        sa.Column("oldest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name=op.f("pk_compatibility")),
    )
    # A later migration that takes something away sets this to the first schema whose program no longer needs it.
    op.bulk_insert(oldest, [{"oldest": "0001"}])


def downgrade() -> None:
    op.drop_table("compatibility")
    op.drop_table("broadcast_tally")
    with op.batch_alter_table("broadcast") as batch:
        batch.drop_column("held")
