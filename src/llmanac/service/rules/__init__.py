"""What is declared in an installation: overlays and policies, as resources of the database and in files."""
