"""Declarations of an installation: overlays and policies, as resources of the database and in files."""
