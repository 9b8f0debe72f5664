"""A simulated gateway inside the process, for `--demo` and for tests: protocol 4 on a loopback WebSocket.

Nothing imports this package unless a demo is asked for, and nothing else imports `websockets`.
"""

from tray.demo.gateway import DemoGateway

__all__ = ["DemoGateway"]
