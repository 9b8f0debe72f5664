"""What the console prints, as JSON values and as text."""
