"""What forgetting needs: earlier codes of linked people, whose a question or a letter is, and counts that outlive rows.

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_code",
        sa.Column("key", sa.String(length=44), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_code_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_former_code")),
    )
    op.create_index(op.f("ix_former_code_person_id"), "former_code", ["person_id"])
    op.create_table(
        "past_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "what", name=op.f("pk_past_count")),
    )
    with op.batch_alter_table("link_failure") as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=44), nullable=True))
        batch_op.alter_column("person_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        batch_op.create_index(batch_op.f("ix_link_failure_key"), ["key"])
    with op.batch_alter_table("miss") as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_miss_person_id"), "person", ["person_id"], ["id"], ondelete="CASCADE")
        batch_op.create_index(batch_op.f("ix_miss_person_id"), ["person_id"])
    op.add_column("dead_letter", sa.Column("address", sa.String(length=44), nullable=True))
    op.create_index(op.f("ix_dead_letter_address"), "dead_letter", ["address"])
    op.create_index(
        "ix_outgoing_sensitive_created_at", "outgoing", ["created_at"],
        sqlite_where=sa.text("sensitive = 1 AND text IS NOT NULL"),
        postgresql_where=sa.text("sensitive AND text IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_outgoing_sensitive_created_at", "outgoing")
    op.drop_index(op.f("ix_dead_letter_address"), "dead_letter")
    op.drop_column("dead_letter", "address")
    with op.batch_alter_table("miss") as batch_op:
        batch_op.drop_index(batch_op.f("ix_miss_person_id"))
        batch_op.drop_constraint(batch_op.f("fk_miss_person_id"), type_="foreignkey")
        batch_op.drop_column("person_id")
    op.execute("DELETE FROM link_failure WHERE person_id IS NULL")
    with op.batch_alter_table("link_failure") as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_failure_key"))
        batch_op.alter_column("person_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)
        batch_op.drop_column("key")
    op.drop_table("past_count")
    op.drop_index(op.f("ix_former_code_person_id"), "former_code")
    op.drop_table("former_code")
