"""Model ids in files: where they are mentioned, and what is wrong with them."""
