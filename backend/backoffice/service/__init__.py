"""The public door of the reference back office."""
