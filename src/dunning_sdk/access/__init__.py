"""Who may come in, and to what: tenants, keys, accounts, sessions.

`tenants` holds the installations that one process serves. What a caller may do there is asked
here by `service`, `portal` and `console`; what an act means is left to `engine`.
"""
