"""Frozen values and their arithmetic. Knows nothing of feeds, databases or the web."""
