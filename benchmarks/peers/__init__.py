"""The same four operations written twice more: in FastAPI, and as bare as Flask and SQL allow."""
