"""The desk of the township in a browser: one list, one page a matter, forms that call services."""
