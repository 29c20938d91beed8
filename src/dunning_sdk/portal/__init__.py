"""The debtor's pages: what he owes and why, and everything he can answer in one tap.

`visit` decides who comes in and with what, `view` what he sees, `acts` what he can do; each act is
recorded through the engine like anything a person records, and the rules read it at once. Words
and templates are data, one file of words per language.
"""
