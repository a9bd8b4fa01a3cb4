"""Finding clips, people and tags by words, in any script, also where they are spelt a little wrong."""
