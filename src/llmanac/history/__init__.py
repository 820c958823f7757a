"""Compares catalogs and keeps the timeline of what was served. Pure: no storage, no clock."""
