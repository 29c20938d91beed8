"""Keeping an installation running: the worker, the examination, the backup."""
