"""Forms: what a browser sends of one, and the fields of those in which documents are written."""
