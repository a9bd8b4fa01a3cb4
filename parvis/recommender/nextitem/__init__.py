"""What somebody takes next: models of the order of things. Pure NumPy and SciPy, nothing to train on but counts."""
