"""Transport only: parameters in, bytes out, errors in one envelope."""
