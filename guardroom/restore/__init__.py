"""Putting a backup in the place of what is there: nothing is deleted, and nothing is put there that is not sound."""
