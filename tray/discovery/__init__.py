"""Find the gateway's files, and decide which gateway to call."""
