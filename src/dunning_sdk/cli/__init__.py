"""The command line: a thin shell over the engine's verbs and `verify`.

`main` has the application and the exit codes; the other modules hold the commands by who uses
them: `work` for running, `records` for what people know, `checks` and `books` for rule authors,
`new` and `start` for what is begun. `show` prints.
"""
