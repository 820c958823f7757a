"""The fast path of the catalog: cached responses and their headers."""
