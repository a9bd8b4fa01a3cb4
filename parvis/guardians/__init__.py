"""Guardians: an adult and a teen link, both knowing it; what the adult sees, and may make stricter."""
