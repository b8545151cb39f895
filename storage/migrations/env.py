"""Where Alembic gets its connection: from `storage.schema`, in a transaction already begun."""

from alembic import context

_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    # MariaDB ends the transaction at each statement of a step.
    transactional_ddl=_connection.dialect.name != "mariadb",
)
with context.begin_transaction():
    context.run_migrations()
