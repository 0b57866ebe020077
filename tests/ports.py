"""Ports for what must know its port before it listens, and find it again after a restart."""

import socket


def reserved() -> socket.socket:
    """A port of 127.0.0.1 for whoever is told of it, as long as this socket is open.

    It is bound and never listens: nobody else is given the port, neither to listen nor as the near end of a
    connection, and who asks there is refused. Whoever names it may listen there, since both say that an address may be
    used again (SO_REUSEADDR, as servers do).
    """
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", 0))
    return door
