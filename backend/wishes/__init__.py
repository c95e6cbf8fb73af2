"""Micro-wishes (微心愿): a thing or a service for one person, from post to thanks; never money."""
