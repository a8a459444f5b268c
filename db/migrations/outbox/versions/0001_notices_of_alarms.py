"""Notices of alarms, and how far the journal has been looked through for them."""

import sqlalchemy as sa
from alembic import op

from db.outbox_revision_1 import make_outbox, remove_outbox

revision = "outbox_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    make_outbox()
    op.create_table(
        "station_cursor",
        sa.Column("station", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station", name="pk_station_cursor"),
    )


def downgrade() -> None:
    """Remove the tables with everything in them."""
    op.drop_table("station_cursor")
    remove_outbox()
