"""Follow, like, comment, share."""
