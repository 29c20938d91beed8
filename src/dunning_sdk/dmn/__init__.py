"""The DMN standard around FEEL: models, requirement graphs, decision tables, and their XML.

A *document* (`model`, `boxed`) is read from XML and written to it (`read`, `write`), *linked* with
those it imports (`linking`), *compiled* (`compile`, `logic`, `table_logic`) and *evaluated*
(`evaluate`): in standard mode an error is null and is listed, in strict mode it raises.

A *table* applies its hit policy to the rows that hold; a *cell* is a unary test read as
intervals or values; a *column* cuts one input into bins at the boundaries of its cells and
knows which rows each bin allows; *analysis* finds overlaps, gaps and rows never reached.

Imports go evaluate → compile → logic → table_logic, callable → site, session → item_type →
linking → read → schema → model → boxed → table; analysis, table → column → cell → feel. Nothing
else of dunning_sdk is known here, and nothing outside is read: documents come in as text, imported
ones through a function of the caller.
"""
