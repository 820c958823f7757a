"""Tokens, the audit log and idempotency keys."""
