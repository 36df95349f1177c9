"""The sockets that listen at the site's port: one for each worker, all held by the parent.

Decided by experiment with granian 2.8.7:

- Left to itself, granian lets each worker bind with SO_REUSEPORT. Then a taken port is not noticed if the other
  program does the same (two servers share the visitors), and what waits in a worker's queue is reset when that worker
  dies.
- One socket for all workers is unfair: granian accepts whenever it is woken, and the worker that was awake took 99 of
  100 connections, which left the second core idle.

So the parent first listens alone, without SO_REUSEPORT, which is refused if anything listens there; then it binds a
socket for each worker with SO_REUSEPORT, over which the kernel spreads connections by a hash of the visitor's address.
A socket outlives its worker: visitors who wait in it are served by the replacement.
"""

import errno
import socket
from contextlib import ExitStack

from elearn.core.refusals import Unsound

BACKLOG = 1024


class PortTaken(Unsound):
    """Another program listens there."""

    message = "Port %(port)s of %(host)s is taken by another program; stop it, or choose another port with --port."


class CannotListen(Unsound):
    """The address cannot be listened at: an unknown host, a port that needs more rights."""

    message = "Cannot listen at port %(port)s of %(host)s: %(reason)s."


def listen(host: str, port: int, count: int) -> list[socket.socket]:
    """``count`` sockets that listen at the address. Raises PortTaken, CannotListen."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with _listener(family, address, shared=False):
            pass
        with ExitStack() as opened:
            found = [opened.enter_context(_listener(family, address, shared=True)) for _ in range(count)]
            opened.pop_all()
            return found
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from problem
        raise CannotListen(host=host, port=port, reason=problem.strerror or str(problem)) from problem


def _listener(family: int, address: object, *, shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited by what is accepted
        made.bind(address)  # type: ignore[arg-type]
        made.listen(BACKLOG)
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made
