"""Markets and homes, the data map, and the keys that private values are sealed with."""
