"""Speaks to WeChat's servers: one HTTP client, one file for each of its interfaces."""
