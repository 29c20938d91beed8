"""What one installation is: its configuration, its connectors, its books and how it is watched.

`config` is the door for ``dunning.toml`` and the ``*_config`` modules its sections; `wiring` builds
the connectors, `library` loads the rule books, `statutes` reads the shipped law; `observing` and
its followers tell what the program does. Decides nothing about a receivable.
"""
