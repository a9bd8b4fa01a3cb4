"""Everything that changes the inbox."""
