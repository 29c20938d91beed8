"""What every page shares: words, templates, tokens of design, files, headers and charts.

A `Look` renders the templates of the packages it was made of, in one of three languages. An
`Assets` serves the files they name, each under a name that holds its hash. `SecurityHeaders` puts
the same strict rules on every answer. Nothing here knows what a page is about: `portal` and
`console` do, and import downward only.
"""
