"""Model switches, and models that answered instead of another."""
