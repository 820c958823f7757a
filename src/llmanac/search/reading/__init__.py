"""The interpretation of a query's text: words, model ids, segments."""
