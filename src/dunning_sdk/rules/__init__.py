"""Rule books: what an author writes, checked whole and made ready to decide.

A *vocabulary* lists the facts a rule may read; a *rule* is a decision table or a procedure; a
*book* is a versioned set of rules; a *trace* says which rule decided what, on which facts.
`load` reads texts into a book or reports every finding at once; nothing here opens a file.
Imports go load → table, procedure, case → cell → vocabulary, kind.
"""
