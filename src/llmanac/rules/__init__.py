"""Declarations of an organisation: overlays, which correct the catalog, and policies, which say who may call what."""
