"""The façade over HTTP: JSON in and out below ``/v1``, for hosts in any language.

`app` puts it together. What a verb does, and what it refuses, is left to `engine`; who calls, to
`access`.
"""
