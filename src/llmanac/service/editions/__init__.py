"""Editions: built in a worker process, kept in a store, mapped by every process that serves them."""
