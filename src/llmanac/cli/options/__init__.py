"""Options that commands share, and the code that adds them to typer commands."""
