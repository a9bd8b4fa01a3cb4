"""Parse, query, act, render: one module for each kind of address."""
