"""Pages for people who report or are decided about, and for moderators."""
