"""What an organisation declares: overlays, which correct the catalog, and policies, which say who may call what."""
