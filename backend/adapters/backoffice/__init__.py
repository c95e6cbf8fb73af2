"""The back office's own API, as the desk asks it."""
