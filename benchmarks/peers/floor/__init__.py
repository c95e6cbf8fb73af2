"""The floor: bare Flask, SQL by hand, dictionaries by hand, orjson."""
