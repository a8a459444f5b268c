"""The journal's entries, and snapshots of the state they lead to."""

import sqlalchemy as sa
from alembic import op

revision = "journal_0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "entry",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("boot", sa.Text, nullable=False),
        sa.Column("mono", sa.REAL, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("panel", sa.Text),
        sa.Column("act_id", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary),
        sa.PrimaryKeyConstraint("number", name="pk_entry"),
        sa.CheckConstraint("type IN ('signal', 'act', 'health', 'note')", name="ck_entry_type"),
    )
    # Signals have no act: leaving them out spares a second page in every commit that a panel waits for.
    op.create_index("uq_entry_act_id", "entry", ["act_id"], unique=True, sqlite_where=sa.text("act_id IS NOT NULL"))
    op.create_table(
        "snapshot",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_snapshot"),
    )


def downgrade() -> None:
    """Remove both tables with everything in them."""
    op.drop_table("snapshot")
    op.drop_table("entry")
