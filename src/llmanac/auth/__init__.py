"""Authentication, scopes and rate limits; knows nothing of models."""
