"""The process itself: worker processes, background tasks, memory."""
