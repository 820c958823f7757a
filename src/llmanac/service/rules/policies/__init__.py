"""The policies of an installation: whom they are given to, what they show, and what waits for approval."""
