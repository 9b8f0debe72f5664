"""Finding the gateway's files, and deciding which gateway to call."""
