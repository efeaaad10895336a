"""A mail server on loopback that does at each step what it is told to, and counts its sessions."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# What to answer to a command of a session: its number from 1, the command's first word, and how
# many mails the session has taken. None is the usual answer, "" hangs up.
Rule = Callable[[int, str, int], str | None]
USUAL = dict.fromkeys(("EHLO", "MAIL", "RCPT", "RSET", "END"), "250 OK") | {
    "DATA": "354 go on",
    "QUIT": "221 bye",
    "HELLO": "220 ready",
}


class FaultyServer(socketserver.ThreadingTCPServer):
    """Takes mails by a rule; `taken` has the recipients in order."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, rule: Rule) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.rule, self.sessions = rule, 0
        self.taken: list[str] = []
        self.asked: list[str] = []


class _Session(socketserver.StreamRequestHandler):
    server: FaultyServer

    def handle(self) -> None:
        self.server.sessions += 1
        self.number, self.mails = self.server.sessions, 0
        if not self._answer("HELLO"):
            return
        recipient = ""
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper().decode("ascii", "replace")
            if word == "RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                self.server.asked.append(recipient)
            said = self._answer(word)
            if not said or word == "QUIT":
                return
            if word == "DATA" and said.startswith("354"):
                while (content := self.rfile.readline()) not in (b".\r\n", b""):
                    pass
                if not content:
                    # Hung up in the middle: no server takes half a message.
                    return
                said = self._answer("END")
                if said.startswith("250"):
                    self.mails += 1
                    self.server.taken.append(recipient)
                if not said:
                    return

    def _answer(self, word: str) -> str:
        ruled = self.server.rule(self.number, word, self.mails)
        said = USUAL.get(word, "502 what?") if ruled is None else ruled
        if said:
            self.wfile.write(said.encode() + b"\r\n")
        return said if not said.startswith("421") else ""


@contextmanager
def faulty_mail_server(rule: Rule) -> Iterator[FaultyServer]:
    """Run until the end of the block; `server_address` has the port."""
    with FaultyServer(rule) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
