"""Pages about people: parse, query, act, render."""
