"""The catalog for programs in Python: what ``import llmanac`` offers. Synchronous, typed, free of web frameworks."""
