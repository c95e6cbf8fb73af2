"""FastAPI with SQLAlchemy Core and pydantic, as one of its authors would write it."""
