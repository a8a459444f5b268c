"""People who sign in, persons, incidents, bans, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "main_0002"
down_revision = "main_0001"

_USER = ("name", "title", "area", "code_hash")


def upgrade() -> None:
    """Make the tables; whoever is a user already has no code yet."""
    with op.batch_alter_table("user") as user:
        for column in _USER:
            user.add_column(sa.Column(column, sa.Text, nullable=False, server_default=""))
        user.add_column(sa.Column("code_given_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("user") as user:
        for column in _USER:
            user.alter_column(column, server_default=None)
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("subject_id", sa.Integer),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_subject_subject_id_what", "audit", ["subject", "subject_id", "what"])

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("initials", sa.String, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("initials", "station", name="pk_sign_in_failure"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("alarm_station", sa.String),
        sa.Column("alarm_number", sa.BigInteger),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_draft_owner_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_owner_id", "draft", ["owner_id"])

    op.create_table(
        "person",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("birth_year", sa.Integer),
        sa.Column("case_ref", sa.String, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("merged_into", sa.Integer),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_person_created_by_user"),
        sa.ForeignKeyConstraint(["merged_into"], ["person.id"], name="fk_person_merged_into_person"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_case_ref", "person", ["case_ref"])
    op.create_index("ix_person_changed", "person", ["changed"])
    op.create_index("ix_person_merged_into", "person", ["merged_into"])

    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("same", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("gone", sa.Integer, nullable=False),
        sa.Column("different", sa.Integer, nullable=False),
        sa.Column("broken", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_reconciliation_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliation"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ban",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("channels", sa.JSON, nullable=False),
        sa.Column("contact_person", sa.Text, nullable=False),
        sa.Column("contact_phone", sa.String, nullable=False),
        sa.Column("contact_hours", sa.Text, nullable=False),
        sa.Column("mail_to", sa.Text, nullable=False),
        sa.Column("meeting", sa.String, nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("less_intrusive", sa.Text, nullable=False),
        sa.Column("casework_reviewed", sa.Boolean, nullable=False),
        sa.Column("appeal_guidance", sa.Boolean, nullable=False),
        sa.Column("case_ref", sa.String, nullable=False),
        sa.Column("hearing_sent_on", sa.Date),
        sa.Column("hearing_due_on", sa.Date),
        sa.Column("hearing_answered_on", sa.Date),
        sa.Column("hearing_answer", sa.Text, nullable=False),
        sa.Column("hearing_skipped", sa.Text, nullable=False),
        sa.Column("hearing_about", sa.String, nullable=False),
        sa.Column("hearing_length", sa.Integer),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("letter_ref", sa.String, nullable=False),
        sa.Column("served_on", sa.Date),
        sa.Column("served_how", sa.String, nullable=False),
        sa.Column("normalisation", sa.Text, nullable=False),
        sa.Column("normalised_on", sa.Date),
        sa.Column("normalisation_result", sa.Text, nullable=False),
        sa.Column("extends_id", sa.Integer),
        sa.Column("lifted_on", sa.Date),
        sa.Column("lifted_reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_ban_created_by_user"),
        sa.ForeignKeyConstraint(["extends_id"], ["ban.id"], name="fk_ban_extends_id_ban"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ban_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_ban"),
        sa.UniqueConstraint("number", name="uq_ban_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ban_changed", "ban", ["changed"])
    op.create_index("ix_ban_extends_id", "ban", ["extends_id"])
    op.create_index("ix_ban_person_id", "ban", ["person_id"])
    op.create_index("ix_ban_stage_ends_on", "ban", ["stage", "ends_on"])

    op.create_table(
        "not_person",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_not_person_by_id_user"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_not_person_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_not_person"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_not_person_person_id", "not_person", ["person_id"])

    op.create_table(
        "ban_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ban_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_ban_event_ban_id_ban"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_ban_event_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_ban_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ban_event_ban_id", "ban_event", ["ban_id"])

    op.create_table(
        "ban_read",
        sa.Column("ban_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_ban_read_ban_id_ban"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_ban_read_user_id_user"),
        sa.PrimaryKeyConstraint("ban_id", "user_id", name="pk_ban_read"),
    )
    op.create_table(
        "ban_signature",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ban_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_ban_signature_ban_id_ban", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_ban_signature_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_ban_signature"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ban_signature_ban_id", "ban_signature", ["ban_id"])

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("room_id", sa.String),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("subject_kind", sa.String, nullable=False),
        sa.Column("off_duty", sa.Boolean, nullable=False),
        sa.Column("behaviours", sa.JSON, nullable=False),
        sa.Column("felt", sa.String, nullable=False),
        sa.Column("assessed", sa.String, nullable=False),
        sa.Column("asked_to_leave_at", sa.DateTime(timezone=True)),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("complied", sa.Boolean),
        sa.Column("police", sa.String, nullable=False),
        sa.Column("police_at", sa.DateTime(timezone=True)),
        sa.Column("police_ref", sa.String, nullable=False),
        sa.Column("injured", sa.JSON, nullable=False),
        sa.Column("sick_leave", sa.Boolean),
        sa.Column("evidence", sa.String, nullable=False),
        sa.Column("took_part", sa.JSON, nullable=False),
        sa.Column("alarm_station", sa.String),
        sa.Column("alarm_number", sa.BigInteger),
        sa.Column("ban_id", sa.Integer),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_incident_ban_id_ban"),
        sa.ForeignKeyConstraint(["written_by"], ["user.id"], name="fk_incident_written_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("number", name="uq_incident_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_alarm_station_alarm_number", "incident", ["alarm_station", "alarm_number"])
    op.create_index("ix_incident_ban_id", "incident", ["ban_id"])
    op.create_index("ix_incident_happened_at", "incident", ["happened_at"])
    op.create_index("ix_incident_written_by_happened_at", "incident", ["written_by", "happened_at"])

    op.create_table(
        "ban_incident",
        sa.Column("ban_id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_ban_incident_ban_id_ban", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_ban_incident_incident_id_incident"),
        sa.PrimaryKeyConstraint("ban_id", "incident_id", name="pk_ban_incident"),
    )
    op.create_index("ix_ban_incident_incident_id", "ban_incident", ["incident_id"])

    op.create_table(
        "incident_addendum",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_incident_addendum_by_id_user"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_addendum_incident_id_incident", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident_addendum"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_addendum_incident_id", "incident_addendum", ["incident_id"])

    op.create_table(
        "incident_search",
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("written_by", sa.Integer, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("took_part", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("named", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_search_incident_id_incident", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("happened_at", "incident_id", name="pk_incident_search"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_incident_search_incident_id", "incident_search", ["incident_id"])

    op.create_table(
        "incident_subject",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_subject_incident_id_incident", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_incident_subject_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_subject_incident_id", "incident_subject", ["incident_id"])
    op.create_index("ix_incident_subject_person_id", "incident_subject", ["person_id"])


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in (
        "incident_subject",
        "incident_search",
        "incident_addendum",
        "ban_incident",
        "incident",
        "ban_signature",
        "ban_read",
        "ban_event",
        "not_person",
        "ban",
        "reconciliation",
        "person",
        "draft",
        "sign_in_failure",
        "counter",
        "audit_head",
        "audit",
    ):
        op.drop_table(table)
    with op.batch_alter_table("user") as user:
        for column in (*_USER, "code_given_at"):
            user.drop_column(column)
