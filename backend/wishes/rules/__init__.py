"""Rules of wishes: what may be wished within which bounds, and what a text may not ask or tell."""
