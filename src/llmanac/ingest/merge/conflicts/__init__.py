"""Conflicts between the claims of sources, and their likely causes."""
