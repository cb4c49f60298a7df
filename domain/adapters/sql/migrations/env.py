"""What Alembic runs: SQLite over a live connection, in batch mode; Postgres as text, whose driver Alembic lacks."""

from alembic import context

from domain.adapters.sql.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(dialect_name="postgresql", target_metadata=metadata, transactional_ddl=False)
else:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
# The transaction is the caller's: all steps and the new version number, or nothing.
context.run_migrations()
