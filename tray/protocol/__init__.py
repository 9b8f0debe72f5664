"""The gateway's language: typed requests, answers and events, and the only place with its strings."""
