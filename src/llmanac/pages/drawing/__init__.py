"""Presentation for the pages: plots, timelines, number formats, labels, snippets."""
