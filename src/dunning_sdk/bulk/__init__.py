"""Portfolios of millions: kept as columns in the store, decided in chunks, by many hands.

A *row* is what one receivable has of its own; what many share stands once, as a *profile* (what is
known of it) and a *story* (what happened to it). A *run* looks at all rows or at those whose day
has come, cut into *chunks* of whole debtors; each is decided by `portfolio`, and its acts and
review days are kept in the transaction that marks it done. Acts have the ids the one-by-one path
gives them. The package stands above `engine` and needs the extra ``bulk``.
"""
