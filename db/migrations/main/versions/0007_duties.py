"""Locked doors, notes to the next shift, and the phone card's numbers that were tried."""

import sqlalchemy as sa
from alembic import op

revision = "main_0007"
down_revision = "main_0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "door_lock",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer, nullable=False),
        sa.Column("decided_role", sa.String, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by", sa.Integer),
        sa.Column("told_over", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_door_lock"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_door_lock_ends_at", "door_lock", ["ends_at"])
    op.create_table(
        "door_lock_read",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lock_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_door_lock_read"),
        sa.ForeignKeyConstraint(
            ["lock_id"], ["door_lock.id"], name="fk_door_lock_read_lock_id_door_lock", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("lock_id", "user_id", name="uq_door_lock_read_lock_id_user_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_door_lock_read_lock_id", "door_lock_read", ["lock_id"])
    op.create_table(
        "handover_note",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_by", sa.Integer, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handover_note"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handover_note_written_at", "handover_note", ["written_at"])
    op.create_table(
        "handover_read",
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name="pk_handover_read"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["handover_note.id"], name="fk_handover_read_note_id_handover_note", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "phone_verified",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("verified_by", sa.Integer, nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phone_verified"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_phone_verified_entry", "phone_verified", ["entry"])


def downgrade() -> None:
    """Remove the tables with everything in them."""
    for table in ("phone_verified", "handover_read", "handover_note", "door_lock_read", "door_lock"):
        op.drop_table(table)
