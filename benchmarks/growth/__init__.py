"""Whether what people wait for takes longer with a million cases than with ten thousand."""
