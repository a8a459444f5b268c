"""How Alembic reaches the main database: over the connection, and inside the transaction, that `db.schema` opened."""

from alembic import context

from db.all_tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
