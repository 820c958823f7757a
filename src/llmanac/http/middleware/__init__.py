"""Plain ASGI middleware around every request."""
