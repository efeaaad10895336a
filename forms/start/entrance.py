"""Who comes in, and what one who comes may cost, before any page is asked.

A request whose head takes longer than ten seconds or more than 64 kB ends, and so does one whose
body takes longer than two minutes. One address has a hundred connections and sixty requests at the
same time at the most. Of what proxies say only the lines that the named number of them added is
believed, rightmost first. The name and the scheme that pages build addresses with are the setting's
(`ASF_BASE_URL`), never the visitor's.
"""

import asyncio
from collections import Counter
from ipaddress import ip_address
from typing import Any, ClassVar
from urllib.parse import urlsplit

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from forms.start.dispatcher import respond

HEAD_SECONDS = 10.0
# Two megabytes over a poor telephone line.
BODY_SECONDS = 120.0
HEAD_BYTES = 64 * 1024
# One who opens all there are must not keep the others out.
MOST_OF_ADDRESS = 100
# Requests of one address at the same time: a browser has six, an office behind one address more.
MOST_AT_ONCE = 60
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
HSTS = b"max-age=31536000; includeSubDomains"


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with bounds on a request's head and on how long its body may take."""

    per_address: ClassVar[Counter[str]] = Counter()
    _timer: asyncio.TimerHandle | None = None
    _address = ""
    _head_bytes = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._address = str((transport.get_extra_info("peername") or ("",))[0])
        self.per_address[self._address] += 1
        # A proxy in front of us bounds its own visitors, and what is asked is bounded in any case.
        if self.per_address[self._address] > MOST_OF_ADDRESS and not is_this_machine(self._address):
            transport.close()
        self._start_timer(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self.per_address[self._address] -= 1
        if not self.per_address[self._address]:
            del self.per_address[self._address]
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, unless the head has grown too large."""
        if self._in_head:
            if self._timer is None:
                self._start_timer(HEAD_SECONDS)
            # What is of the body in the same piece is never so much that it could end a request.
            end = data.find(b"\r\n\r\n")
            self._head_bytes += len(data) if end < 0 else end
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response("The head of the request is too large.")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._stop_timer()
        self._in_head, self._head_bytes = False, 0
        self._start_timer(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: what follows is the head of the next."""
        self._in_head = True
        self._stop_timer()
        super().on_message_complete()

    def _start_timer(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()


class Entrance:
    """An ASGI application that tells another who asks and under which name, and refuses the odd.

    `proxies` is how many proxies stand in front; with none, their headers are nobody's.
    """

    def __init__(self, asgi: Any, base_url: str, *, proxies: int) -> None:
        url = urlsplit(base_url)
        self.asgi, self.proxies = asgi, proxies
        self.scheme, self.host = url.scheme, url.netloc.encode("ascii")
        self.at_once = Counter[str]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one ASGI scope."""
        if scope["type"] != "http":
            await self.asgi(scope, receive, send)
        elif scope["method"] not in METHODS:
            await _refuse(self._secured(send), 405, allow=", ".join(METHODS))
        else:
            await self._answer(self._believed(scope), receive, self._secured(send))

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """Let it be answered, unless its address has too much under way already."""
        address = str((scope.get("client") or ("",))[0])
        if self.at_once[address] >= MOST_AT_ONCE and not is_this_machine(address):
            return await _refuse(send, 429, retry_after="5")
        self.at_once[address] += 1
        try:
            await self.asgi(scope, receive, send)
        finally:
            self.at_once[address] -= 1
            # The counter holds those who are here, and nobody from last week.
            if not self.at_once[address]:
                del self.at_once[address]

    def _believed(self, scope: Any) -> Any:
        chain = [
            part.strip()
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
            for part in value.decode("latin-1").split(",")
        ]
        client = scope.get("client")
        # Fewer than there are proxies: somebody came past one of them, and is who asks.
        if self.proxies and len(chain) >= self.proxies:
            client = (chain[-self.proxies][:64], 0)
        said_by_others = (b"host", b"forwarded")
        headers = [
            (name, value)
            for name, value in scope["headers"]
            if name not in said_by_others and not name.startswith(b"x-forwarded-")
        ]
        headers.append((b"host", self.host))
        return {**scope, "client": client, "scheme": self.scheme, "headers": headers}

    def _secured(self, send: Any) -> Any:
        if self.scheme != "https":
            return send

        async def securing(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"strict-transport-security", HSTS)]
                message = {**message, "headers": headers}
            await send(message)

        return securing


async def _refuse(send: Any, status: int, **headers: str) -> None:
    await respond(send, status, f"{status}\n", content_type="text/plain", **headers)


def is_this_machine(address: str) -> bool:
    """Whether an address is our own machine's: a proxy's, a test's, or nobody's."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return not address
