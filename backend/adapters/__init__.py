"""The outside world, each part behind a port that a room owns."""
