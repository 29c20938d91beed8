"""Webhooks out: endpoints and plugins are told of events, in order per stream, until taken."""
