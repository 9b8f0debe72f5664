"""Sessions: reading them, how full they are, what is done to them."""
