"""Alembic's folder: how a revision is run (`env`) and the revisions themselves (`versions`)."""
