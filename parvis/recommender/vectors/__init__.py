"""An index of clips' vectors, to find the nearest of a million in about a millisecond."""
