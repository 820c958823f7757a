"""The search index and its parts: vocabulary, names, filters, static ranking."""
