"""What a `kill -9` may never do: lose a case, tell it twice, leave half of anything behind."""
