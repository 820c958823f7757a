"""The guard: rules for the changes of a newer feed, and quarantine of entries that break them."""
