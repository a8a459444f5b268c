"""Heads-ups, police pre-warnings, mobile alarms that are lent, and announced arrivals."""

import sqlalchemy as sa
from alembic import op

revision = "main_0005"
down_revision = "main_0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "headsup",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("room_id", sa.String),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("posture", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("staff", sa.JSON, nullable=False),
        sa.Column("case_ref", sa.String, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("citizen", sa.Text, nullable=False),
        sa.Column("stop_signal", sa.Text, nullable=False),
        sa.Column("check_in_at", sa.DateTime(timezone=True)),
        sa.Column("check_in_every", sa.Integer, nullable=False),
        sa.Column("ready", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("taken_by", sa.String, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("well_at", sa.DateTime(timezone=True)),
        sa.Column("watched_at", sa.DateTime(timezone=True)),
        sa.Column("watched_until", sa.DateTime(timezone=True)),
        sa.Column("over_at", sa.DateTime(timezone=True)),
        sa.Column("ended_early", sa.Boolean, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_headsup_created_by_user"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_headsup_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_headsup"),
        sqlite_autoincrement=True,
    )
    for column in ("begins", "until", "person_id", "origin"):
        op.create_index(f"ix_headsup_{column}", "headsup", [column])
    op.create_table(
        "headsup_prewarning",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("headsup_id", sa.Integer, nullable=False),
        sa.Column("about", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("case_ref", sa.String, nullable=False),
        sa.Column("leader", sa.String, nullable=False),
        sa.Column("leader_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal", sa.String, nullable=False),
        sa.Column("legal_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["headsup_id"], ["headsup.id"], name="fk_headsup_prewarning_headsup_id_headsup", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["user.id"], name="fk_headsup_prewarning_noted_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_headsup_prewarning"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_headsup_prewarning_headsup_id", "headsup_prewarning", ["headsup_id"])
    op.create_table(
        "alarm_loan",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lent_by", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["lent_by"], ["user.id"], name="fk_alarm_loan_lent_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_loan"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_loan_due_at", "alarm_loan", ["due_at"])
    op.create_table(
        "announced_arrival",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("citizen", sa.Text, nullable=False),
        sa.Column("case_ref", sa.String, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_announced_arrival_person_id_person"),
        sa.ForeignKeyConstraint(["told_by"], ["user.id"], name="fk_announced_arrival_told_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_announced_arrival"),
        sqlite_autoincrement=True,
    )
    for column in ("expected_at", "person_id"):
        op.create_index(f"ix_announced_arrival_{column}", "announced_arrival", [column])


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in ("announced_arrival", "alarm_loan", "headsup_prewarning", "headsup"):
        op.drop_table(table)
