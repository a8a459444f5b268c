"""How Alembic reaches the alarms' outbox: over the connection, and inside the transaction, that `db.schema` opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
