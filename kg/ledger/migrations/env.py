"""Alembic's entry: runs migrations on the connection that `kg.ledger.database.migrate` hands over."""

from alembic import context

from kg.ledger.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
