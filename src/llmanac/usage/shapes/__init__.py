"""Usage shapes: the forms in which vendors report usage, a file and a row of ``table`` each."""
