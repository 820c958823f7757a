"""Shared by the API and the pages: content codings, ETags, static files."""
