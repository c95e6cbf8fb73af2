"""The citizen's timeline: where the case stands, in words. Read-only."""
