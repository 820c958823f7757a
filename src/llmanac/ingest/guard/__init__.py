"""What a newer feed may change by itself: rules, and quarantine for what breaks them."""
