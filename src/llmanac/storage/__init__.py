"""Implements the ports of ``service`` and ``auth`` on a database and on files."""
