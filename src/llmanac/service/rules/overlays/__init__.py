"""The overlays of an installation: what is declared, what holds now, and what became of it."""
