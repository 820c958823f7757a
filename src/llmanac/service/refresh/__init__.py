"""Refreshes: ask the sources, evaluate candidates, commit and publish snapshots."""
