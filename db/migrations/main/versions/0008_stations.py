"""What stations tell each other: their boards, and acts on one another's alarms."""

import sqlalchemy as sa
from alembic import op

revision = "main_0008"
down_revision = "main_0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "station_board",
        sa.Column("station", sa.String, nullable=False),
        sa.Column("program", sa.String, nullable=False),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("beat", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("board", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("station", name="pk_station_board"),
    )
    op.create_table(
        "station_request",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("asker", sa.String, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_station_request"),
    )
    op.create_index("ix_station_request_owner", "station_request", ["owner"])
    op.create_index("ix_station_request_asker", "station_request", ["asker"])
    op.create_index("ix_station_request_asked_at", "station_request", ["asked_at"])


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in ("station_request", "station_board"):
        op.drop_table(table)
