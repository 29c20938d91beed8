"""Decisions: facts in, decision out, with reasons and trace.

Each module answers one question: who may be financed (`eligibility`), how an invoice is split
(`splitting`), who chases (`mandate`), what is next and when (`procedure`), what must not happen
(`guards`), which payment settles what (`reconciliation`), what goes together (`grouping`).
Nothing here reads a clock, a file or a socket; the date decided for is always an argument.
"""
