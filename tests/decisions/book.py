"""A small book out of a few rules."""

from dunning_sdk.rules.book import Book
from dunning_sdk.rules.load import load_book

BOOK = """\
id: small
version: "1"
currency: EUR
title: A book for tests
reasons:
  too-small: {en: It is too small., fr: Le montant est trop faible.}
  in-part: {en: Only a part., fr: Une partie seulement.}
  ask-first: {en: Ask first., fr: Demandez d’abord.}
"""


def a_book(*rules: str) -> Book:
    """Return a book of rules, each written from its id on."""
    files = {f"{rule.split()[1]}.yaml": rule + "source: House rule\n" for rule in rules}
    return load_book({"book.yaml": BOOK, **files}, label="small")
