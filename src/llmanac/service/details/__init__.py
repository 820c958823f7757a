"""Everything known of one model: what its sources state, where they disagree, its history."""
