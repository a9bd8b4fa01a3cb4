"""Assembles the product: settings, addresses, entry points, command line. Nobody imports it."""
