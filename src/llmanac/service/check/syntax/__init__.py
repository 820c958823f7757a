"""The syntax of files: the strings in them, each with its keys and neighbours. A reader for each format."""
