"""What the letters of each kind say, as plain functions."""
