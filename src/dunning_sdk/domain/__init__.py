"""Records of the domain: money, calendar, parties, invoices, payments, receivables, events.

Imports nothing but errors; does no I/O. Everything above reads these records, nothing here
reads what is above.
"""
