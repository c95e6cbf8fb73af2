"""What the desk calls things, and how its list is put in order, as plain functions."""
