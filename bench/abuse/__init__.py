"""Measures the effect of hostile, broken and slow clients on a server, and on everyone else's requests."""
