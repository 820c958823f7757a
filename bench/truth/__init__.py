"""Measures how true the catalog's answers are, on dated feeds and official figures."""
