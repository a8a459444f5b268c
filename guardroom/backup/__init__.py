"""Backups: copies of all that is kept on this station, made while it is in use, and believed only when looked through.

The house's secret is never in one: with it, whoever takes a backup away could try codes. It is kept by itself.
"""
