"""What is kept of a debtor, handed out or dropped: export, erasure, retention, change of secret.

`subject` knows by which keys a debtor's data is sealed; the others act on it. Erasing leaves every
hash chain valid.
"""
