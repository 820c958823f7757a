"""Backends of commands: the catalog on this machine, or a server."""
