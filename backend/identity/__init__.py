"""Who is calling: accounts, persons, sessions, roles, mandates."""
