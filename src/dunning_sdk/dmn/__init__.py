"""The DMN standard around FEEL: decision tables, and what can be told about them beforehand.

A *table* applies its hit policy to the rows that hold; a *cell* is a unary test read as
intervals or values; a *column* cuts one input into bins at the boundaries of its cells and
knows which rows each bin allows; *analysis* finds overlaps, gaps and rows never reached.
Imports go analysis, table → column → cell → feel; nothing else of dunning_sdk is known here.
"""
