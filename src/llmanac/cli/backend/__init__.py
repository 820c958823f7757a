"""Where a command gets its data: the catalog of this machine, or a server."""
