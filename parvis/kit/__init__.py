"""The leaf that everything may stand on: ids, clock, signatures, states, errors. Pure Python, no Django."""
