"""Where things are and when offices work: divisions (行政区划) and the working-day calendar."""
