"""The decisions of the back office that need neither an app nor a database."""
