"""One WebSocket, and one address tried without a login."""
