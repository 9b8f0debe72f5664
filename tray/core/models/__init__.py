"""Model switches, and models that answered in place of another."""
