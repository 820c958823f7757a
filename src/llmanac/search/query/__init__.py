"""What can be asked of the catalog: parameters, filters, and the Query that they become."""
