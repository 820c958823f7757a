"""The operations of the API, on FastAPI."""
