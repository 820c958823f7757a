"""The content of feeds as bytes and JSON: compressed, inflated, patched, parsed strictly."""
