"""The framework-free floor: what every room stands on, with no room and no Flask in it."""
