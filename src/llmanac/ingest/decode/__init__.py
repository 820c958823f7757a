"""Decoders: the JSON of one source in, a layer out."""
