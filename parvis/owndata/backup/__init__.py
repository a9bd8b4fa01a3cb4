"""The whole installation, to a folder and back: rows, files, and apart from them the keys."""
