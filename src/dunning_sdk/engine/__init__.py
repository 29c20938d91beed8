"""The engine: the façade host applications call, and everything between deciding and sending.

`engine.Engine` has the verbs; `intake` brings facts in, `deciding` asks the pure decisions,
`proposing` writes what would happen, `executing` makes it happen once, `recording` takes what
people and other systems know.
"""
