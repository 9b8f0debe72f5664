"""What is seen: icon, tooltip, menu and notices, each a pure function of the state."""
