"""Backup and restore: a consistent copy of database and files, never the keys, in one file."""
