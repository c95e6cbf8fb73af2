"""`make demo`: one whole case, played from outside over HTTP, each step told with its result."""
