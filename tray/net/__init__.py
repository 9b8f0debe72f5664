"""The WebSocket, and the test of an address without a login."""
