"""Questions about offers: resolving ids, validation, comparison, estimates, successors, providers."""
