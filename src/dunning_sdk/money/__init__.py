"""Invoices and money come in: receivables open, payments match, settle, and fall short.

`intake` opens receivables, `cash` takes payments in, `settling` and `match` what a person says of
those that were not sure, `bookkeeping` reads the ledger. What is done next is `proposals`'.
"""
