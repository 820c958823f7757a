"""How a query's text is interpreted: words, model ids, segments."""
