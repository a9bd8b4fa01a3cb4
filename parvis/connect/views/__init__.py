"""Pages and endpoints of this package."""
