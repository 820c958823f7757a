"""How true the catalog's answers are, measured on dated feeds and official figures."""
