"""What a command prints: tables and messages."""
