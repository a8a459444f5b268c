"""Drills, what they showed, and the tests of the buttons."""

import sqlalchemy as sa
from alembic import op

revision = "main_0003"
down_revision = "main_0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "drill_vault",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drill_vault"),
    )
    op.create_table(
        "drill",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.Column("press", sa.String, nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("alarm", sa.BigInteger, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Integer, nullable=False),
        sa.Column("led_by", sa.Text, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aims", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("acknowledged_s", sa.Double),
        sa.Column("on_scene_s", sa.Double),
        sa.Column("stopped_s", sa.Double),
        sa.Column("leader_s", sa.Double),
        sa.Column("evaluation", sa.Text, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("finished_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_drill"),
        sa.UniqueConstraint("number", name="uq_drill_number"),
    )
    op.create_index("ix_drill_began_at", "drill", ["began_at"])
    op.create_table(
        "drill_improvement",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("drill_id", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("done_on", sa.Date),
        sa.Column("done_by", sa.Integer),
        sa.ForeignKeyConstraint(
            ["drill_id"], ["drill.id"], name="fk_drill_improvement_drill_id_drill", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_drill_improvement"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drill_improvement_drill_id", "drill_improvement", ["drill_id"])
    op.create_table(
        "button_test",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("worked", sa.Boolean, nullable=False),
        sa.Column("panel", sa.String, nullable=False),
        sa.Column("account", sa.String),
        sa.Column("area", sa.String),
        sa.Column("point", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_button_test"),
        sa.UniqueConstraint("station", "number", name="uq_button_test_station_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_button_test_room_id", "button_test", ["room_id"])


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in ("button_test", "drill_improvement", "drill", "drill_vault"):
        op.drop_table(table)
