"""The revisions of the schema, in order; one file each, never changed once released."""
