"""Where sources disagree, and the likely causes."""
