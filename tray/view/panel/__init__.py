"""What windows show."""
