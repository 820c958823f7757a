"""Layers in, CatalogData out: the fold, and what is derived from all of it."""
