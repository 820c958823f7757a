"""The recorded history: its epochs, what changed between them, and the catalog as of a day."""
