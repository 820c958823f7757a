"""The server below ASGI: the hardened protocol, connections, worker processes."""
