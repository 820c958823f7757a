"""Queries: their parameters and filters, and the schema that parses them."""
