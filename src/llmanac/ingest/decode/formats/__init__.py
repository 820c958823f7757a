"""The formats of sources: a decoder each, strangers to each other."""
