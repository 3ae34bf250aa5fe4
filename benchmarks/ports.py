"""Ports on loopback."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port on loopback that nobody listens to."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
