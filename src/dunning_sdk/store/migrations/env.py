"""Run by Alembic: apply revisions on the connection `dunning_sdk.store.migration` has open."""

from alembic import context

from dunning_sdk.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
