"""Bytes in, CatalogData out. Knows nothing of storage or the web."""
