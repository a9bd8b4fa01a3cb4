"""Everything that reads the inbox."""
