"""Health, doctor, demo world: what an operator needs."""
