"""The fast path of the catalog: cached responses, ETags, compression."""
