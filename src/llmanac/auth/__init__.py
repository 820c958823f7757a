"""Who is asking: tokens. Knows nothing of models."""
