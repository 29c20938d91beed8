"""One process for people and programs: the service, the portal and the console, behind one door.

`app` puts the parts together, `serving` runs them. Everything else is left to the parts.
"""
