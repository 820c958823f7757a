"""Bytes in, a Catalog out. Knows nothing of storage or the web."""
