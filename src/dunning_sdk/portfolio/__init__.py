"""Decide whole portfolios by columns: the same decisions as one by one, millions at a time.

A book is compiled once (`book.compile_book`) into what tables already are, bins and row masks, and
into calendars as lookup tables. `column` holds what is given, typed; `schema` says what a book
needs of it, drawn from the vocabulary; `evaluate` decides; `outcome` is what is due, why, and when
to look again. What does not cut into bins is decided row by row by the very functions that decide
one by one (`single`), and `report` says how many rows went which way. Numpy is needed (the extra
``bulk``); Arrow stays in `arrow`. Nothing here reads a clock, a file or a database.
"""
