"""What hostile, broken and slow clients do to a server, and what they do to everyone else's requests."""
