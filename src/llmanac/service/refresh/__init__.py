"""Refreshes: sources are asked, candidates evaluated, snapshots recorded and published."""
