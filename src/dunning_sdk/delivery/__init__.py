"""From the outbox to receipts: taken, checked again at the door, sent once, heard of afterwards.

`executing` carries out an approved proposal, `delivering` one notice, `taking` and `pacing` choose
which and when, `inquiring` asks about what nobody is sure of, `hearing` what came back later.
Never decides what to send.
"""
