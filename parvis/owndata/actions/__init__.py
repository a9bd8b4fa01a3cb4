"""Everything that changes something here: one module for each subject."""
