"""Web push: the keys of this installation, the encryption of what is sent, and the way out. Knows no rows."""
