"""Options shared by commands, and how typer reads them."""
