"""Follow-ups, and the incidents that are closed."""

import sqlalchemy as sa
from alembic import op

revision = "main_0006"
down_revision = "main_0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("owner_role", sa.String, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_id", sa.Integer),
        sa.Column("ban_id", sa.Integer),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Integer),
        sa.Column("from_role", sa.String, nullable=False),
        sa.Column("remind_on", sa.Date),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.Integer),
        sa.Column("done_on", sa.Date),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("count", sa.Integer),
        sa.Column("expected", sa.Integer),
        sa.Column("yes_no", sa.Boolean),
        sa.Column("company", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("reason_text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_follow_up_incident_id_incident", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_follow_up_ban_id_ban", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_follow_up_owner_id_user"),
        sa.ForeignKeyConstraint(["closed_by"], ["user.id"], name="fk_follow_up_closed_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
        sa.UniqueConstraint("key", name="uq_follow_up_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_follow_up_list",
        "follow_up",
        ["closed_at", "due_at", "id", "area", "ban_id", "owner_role", "owner_id", "kind"],
    )
    op.create_index("ix_follow_up_own", "follow_up", ["owner_role", "closed_at", "due_at", "id", "owner_id", "area"])
    op.create_index(
        "ix_follow_up_open",
        "follow_up",
        ["closed_at", "owner_role", "owner_id", "area", "kind", "due_at", "remind_on", "ban_id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_follow_up_incident_id", "follow_up", ["incident_id"])
    op.create_index("ix_follow_up_ban_id", "follow_up", ["ban_id"])
    op.create_table(
        "incident_closing",
        sa.Column("incident_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_closing_incident_id_incident", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_incident_closing_by_id_user"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_incident_closing"),
    )


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in ("incident_closing", "follow_up"):
        op.drop_table(table)
