"""A TCP proxy before a server, which fails as servers and networks do."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """A TCP door before a server, which can be shut, go on accepting and never answer, or stop forwarding."""

    target: tuple[str, int]
    port: int = 0
    mode: str = "open"
    _socket: socket.socket | None = None
    _held: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()

    def become(self, mode: str) -> None:
        """`open`, `silent` (accepts, never answers) or `shut` (refuses). Connections of before are cut."""
        if self._socket is not None:
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
        for held in self._held:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
            held.close()
        self._held.clear()
        self.mode = mode
        if mode != "shut":
            self.start()

    def hang(self) -> None:
        """`silent` from now on, and nothing more is forwarded; connections of before stay as they are."""
        self.mode = "silent"

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self.mode == "silent":
                    return
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            self._held.append(visitor)
            if self.mode == "open":
                server = socket.create_connection(self.target)
                self._held.append(server)
                for one, other in ((visitor, server), (server, visitor)):
                    threading.Thread(target=self._copy, args=(one, other), daemon=True).start()
