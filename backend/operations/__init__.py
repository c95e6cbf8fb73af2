"""What an operator sees of the whole house: its health, its figures, its workers' heartbeat."""
