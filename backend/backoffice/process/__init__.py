"""Data of the reference back office: the process diagram and its dated time limits."""
