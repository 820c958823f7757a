"""The feeds in the package: the embedded snapshot, and the seeds of the history."""
