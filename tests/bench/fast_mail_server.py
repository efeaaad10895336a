"""A mail server that takes mail as fast as a socket gives it, and offers PIPELINING.

For the measurement: a server written with an event loop in Python takes longer to receive four
hundred mails than any sender to send them, and would be what is measured.
"""

import re
import socket
import sys
import threading

GREETING = b"220 localhost ESMTP\r\n"
OFFERS = b"250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
LINK = re.compile(rb"/s/[\w=\r\n-]+")


class Received:
    """What has arrived: recipients, and whole messages."""

    def __init__(self) -> None:
        self.recipients: list[bytes] = []
        self.messages: list[bytes] = []

    def answer(self, line: bytes) -> bytes:
        """The reply to one command."""
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.recipients.append(line[line.index(b"<") + 1 : line.index(b">")])
        if verb == b"EHLO":
            return OFFERS
        return {b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}.get(verb, b"250 OK\r\n")

    def serve(self, connection: socket.socket) -> None:
        """One connection, until it says QUIT or breaks off."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(GREETING)
        waiting, in_message = b"", False
        while got := connection.recv(65536):
            waiting += got
            replies = b""
            while (end := waiting.find(b"\r\n.\r\n" if in_message else b"\r\n")) >= 0:
                if in_message:
                    self.messages.append(waiting[:end])
                    waiting, in_message = waiting[end + 5 :], False
                    replies += b"250 Taken\r\n"
                else:
                    line, waiting = waiting[:end], waiting[end + 2 :]
                    in_message = line[:4].upper() == b"DATA"
                    replies += self.answer(line)
            connection.sendall(replies)


def main() -> None:
    """Serve until standard input ends; the address first, and last what was received."""
    received = Received()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"smtp://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        threading.Thread(target=_accept, args=(listener, received), daemon=True).start()
        sys.stdin.read()
    links = {link for message in received.messages for link in LINK.findall(message)[:1]}
    print(len(received.messages), len(set(received.recipients)), len(links), flush=True)


def _accept(listener: socket.socket, received: Received) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=received.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
