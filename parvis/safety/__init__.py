"""Reports, cases, decisions, appeals."""
