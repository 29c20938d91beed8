"""Prove a rule book before it reaches a debtor, and explain what it decided.

`check` lists findings beyond those that stop a book from loading, `cases` runs the cases beside
each rule, `explain` turns a trace into sentences. Nothing here reads a file or a clock.
"""
