"""Alarms with their timelines, how far each station's journal has come, shifts and users."""

import sqlalchemy as sa
from alembic import op

revision = "main_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "station_cursor",
        sa.Column("station", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station", name="pk_station_cursor"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("room_id", sa.String),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("block", sa.Text, nullable=False),
        sa.Column("panel", sa.String, nullable=False),
        sa.Column("point", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("manual", sa.Boolean, nullable=False),
        sa.Column("presses", sa.Integer, nullable=False),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.String, nullable=False),
        sa.Column("acknowledged_s", sa.Double),
        sa.Column("on_scene_s", sa.Double),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
        sa.UniqueConstraint("station", "number", name="uq_alarm_station_number"),
        sa.CheckConstraint("mode IN ('real', 'drill', 'test')", name="ck_alarm_mode"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_pressed_at", "alarm", ["pressed_at"])
    op.create_table(
        "alarm_line",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("alarm_id", sa.Integer, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_line"),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name="fk_alarm_line_alarm_id_alarm", ondelete="CASCADE"),
        sa.UniqueConstraint("station", "number", "alarm_id", name="uq_alarm_line_station_number_alarm_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_line_alarm_id", "alarm_line", ["alarm_id"])
    op.create_table(
        "shift",
        sa.Column("station", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("station", "since", name="pk_shift"),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("initials", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("initials", name="uq_user_initials"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in ("user", "shift", "alarm_line", "alarm", "station_cursor"):
        op.drop_table(table)
