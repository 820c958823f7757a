"""Editions: built in a worker process, kept in a store, mapped by everyone who serves them."""
