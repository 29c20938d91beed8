"""Why something was done, and the file that proves it.

`explaining` answers why and why not for one receivable; `evidence` writes the archive and the page
that prove a claim, `evidence_check` verifies one without the store.
"""
