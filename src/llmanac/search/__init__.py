"""CatalogData in, answers out. Pure: no web, no storage, no clock."""
