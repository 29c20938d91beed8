"""Financed invoices: quoted, covered, split, issued, submitted, confirmed, paid out.

`financings` holds every financing as it stands and the one door for its events, `lending` the
credit lines, `financing` decides drafts and changes, `issuing` writes the documents of approved
acts, `sideways` what else may happen under way.
"""
