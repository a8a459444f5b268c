"""Notices of what happens in this database, and which monitor does what one of them does for all."""

import sqlalchemy as sa
from alembic import op

from db.outbox_revision_1 import make_outbox, remove_outbox

revision = "main_0004"
down_revision = "main_0003"


def upgrade() -> None:
    """Make the tables."""
    make_outbox()
    op.create_table(
        "lease",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )


def downgrade() -> None:
    """Remove the tables with everything in them."""
    op.drop_table("lease")
    remove_outbox()
