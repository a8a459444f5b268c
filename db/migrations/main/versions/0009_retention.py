"""What citizens asked for, where the audit log was cut, what stays of incidents that are gone."""

import sqlalchemy as sa
from alembic import op

revision = "main_0009"
down_revision = "main_0008"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "access_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Integer, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_access_request"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_access_request_person_id_person"),
        sa.ForeignKeyConstraint(["noted_by"], ["user.id"], name="fk_access_request_noted_by_user"),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name="fk_access_request_answered_by_user"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_request_person_id", "access_request", ["person_id"])
    op.create_table(
        "past_incident",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("room_id", sa.String),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("subject_kind", sa.String, nullable=False),
        sa.Column("assessed", sa.String, nullable=False),
        sa.Column("off_duty", sa.Boolean, nullable=False),
        sa.Column("behaviours", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_past_incident"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_past_incident_happened_at", "past_incident", ["happened_at"])
    op.create_table(
        "audit_cut",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String, nullable=False),
        sa.Column("kept", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_cut"),
    )
    op.create_table(
        "audit_kept",
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("before", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_kept"),
    )
