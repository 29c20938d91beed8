"""The credit manager's pages: one tenant's work, seen and done in a browser.

`app` puts the pages together; each module holds the pages of one matter and lists them as
``PAGES``, with the right each needs. What they show and do is left to `engine`; who may come in,
to `look.entrance`.
"""
