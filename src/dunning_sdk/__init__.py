"""Declarative rules for getting invoices paid."""
