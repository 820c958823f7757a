"""Output of commands: tables, records of refreshes, and messages."""
