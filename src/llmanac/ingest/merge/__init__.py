"""Layers in, a Catalog out: the fold, and what is derived from all of it."""
