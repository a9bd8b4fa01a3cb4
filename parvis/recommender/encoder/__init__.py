"""The nightly encoder: what likings of everybody say about order, and the vectors of clips that come of it."""
