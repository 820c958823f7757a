"""The operations of the server, a class for each resource."""
