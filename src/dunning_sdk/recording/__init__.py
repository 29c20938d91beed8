"""What a person or another system says, taken to whoever knows its kind.

`recording` knows the kinds, `telling` takes one record through and lets its financing go on,
`answering`, `posting` and `promising` are kinds that look at several packages below.
"""
