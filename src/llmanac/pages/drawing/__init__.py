"""What pages draw and say: plots, timelines, figures, labels, snippets."""
