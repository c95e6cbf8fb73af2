"""Who lives and applies together, and who supports them from elsewhere."""
