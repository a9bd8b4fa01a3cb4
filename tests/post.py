"""A mail server on this machine that takes letters, and can be told to fall silent in the midst of one."""

import email.message
import email.parser
import email.policy
import socketserver
import threading
from typing import Any

GREETING, TAKEN = "greeting", "taken"
OPEN_END = b"\r\n.\r\n"


class PostOffice(socketserver.ThreadingTCPServer):
    """Keeps what it was given in `letters`. While `silent_at` is GREETING it answers nobody; while it is TAKEN it takes
    a letter and does not say so. `is_silent` is set when somebody waits for it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.letters: list[email.message.EmailMessage] = []
        self.silent_at = ""
        self.is_silent = threading.Event()

    def __enter__(self) -> "PostOffice":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        """As PARVIS_EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def to(self, address: str) -> list[email.message.EmailMessage]:
        """Return the letters to somebody, in the order in which they came."""
        return [one for one in self.letters if address in str(one["To"])]


class Counter(socketserver.StreamRequestHandler):
    """One connection (RFC 5321, as much of it as a client needs)."""

    server: PostOffice

    def handle(self) -> None:
        """Answer each command in turn."""
        if self._falls_silent(GREETING):
            return
        self._say("220 square")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 go on")
                self._take()
                if self._falls_silent(TAKEN):
                    return
            self._say("221 bye" if word == b"QUIT" else "250 well")

    def _take(self) -> None:
        raw = b""
        while not (b"\r\n" + raw).endswith(OPEN_END):
            raw += self.rfile.readline()
        made: Any = email.parser.BytesParser(policy=email.policy.default).parsebytes(raw.removesuffix(b".\r\n"))
        self.server.letters.append(made)

    def _falls_silent(self, where: str) -> bool:
        """Wait here until the client is gone, if the server is to be silent now."""
        if self.server.silent_at != where:
            return False
        self.server.is_silent.set()
        self.rfile.read()
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
