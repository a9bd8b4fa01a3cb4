"""Pages and fragments around clips and people: one module for each subject."""
