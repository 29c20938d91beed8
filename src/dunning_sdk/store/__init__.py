"""The store: event streams, sealed records, projections, proposals and the outbox.

`interface` says what is promised; `sql` keeps it in SQLite by SQLAlchemy Core, `memory` in
plain dictionaries for tests of host applications. Both pass one contract suite.
"""
