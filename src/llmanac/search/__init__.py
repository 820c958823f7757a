"""Search: an index of CatalogData, and the engine that runs queries on it. Pure: no web, no storage, no clock."""
