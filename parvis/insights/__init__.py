"""What creators are told of how their clips were watched: counted from rows, of no group that is too small."""
