"""Balancer: one loopback port in front of several, as a Service stands before its Pods."""
import contextlib
import itertools
import socket
import threading

CONNECT_BOUND = 5  # seconds
CHUNK = 1 << 16


class Balancer:
    """Each new connection goes to the next of `targets` (ports), which may be changed at any time."""

    def __init__(self):
        self.targets, self._turn, self._open = [], itertools.count(), set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client):
        with client:
            targets = list(self.targets)
            first = next(self._turn)
            for i in range(len(targets)):
                with contextlib.suppress(OSError):
                    address = ("127.0.0.1", targets[(first + i) % len(targets)])
                    with socket.create_connection(address, CONNECT_BOUND) as server:
                        server.settimeout(None)
                        self._join(client, server)
                        return

    def _join(self, client, server):
        self._open |= {client, server}
        back = threading.Thread(target=_pump, args=(server, client), daemon=True)
        back.start()
        _pump(client, server)
        back.join()
        self._open -= {client, server}


def _pump(source, sink):
    with contextlib.suppress(OSError):
        while piece := source.recv(CHUNK):
            sink.sendall(piece)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
