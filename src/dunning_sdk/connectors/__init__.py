"""Connectors: invoices and payments in, notices and documents out.

`interface` has one abstract class per capability and the records it speaks in; every other
module implements one of them for one format or system. Connectors import `domain` and `errors`
only, and never each other's systems, the store or the engine.
"""
