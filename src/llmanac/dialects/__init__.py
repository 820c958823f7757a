"""The catalog in the formats that clients already read: one file each, pure, strangers to each other."""
