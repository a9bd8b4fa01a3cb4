"""What every page is made of: base templates, components, tokens, core modules and template tags."""
