"""A real mail server on a loopback port, with the faults that real ones have."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.processes import free_port


class Inbox:
    """Keeps what it is given; refuses the addresses it is told to, as often as it is told."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self.breaks_off_after: set[str] = set()
        self.offers: list[str] = []

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(f"250-{offer}" for offer in self.offers), responses[-1]]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        for recipient in envelope.rcpt_tos:
            self.mails.append((recipient, message))
            if recipient in self.breaks_off_after:
                # The mail is taken, and the reply that says so is lost.
                server.transport.abort()
        return "250 OK"

    def to(self, recipient: str) -> list[EmailMessage]:
        return [message for who, message in self.mails if who == recipient]

    def count(self) -> Counter[str]:
        return Counter(who for who, _ in self.mails)

    def texts(self) -> list[str]:
        return [text_of(message) for _, message in self.mails]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def tokens_in(text: str) -> list[str]:
    """Every secret that a mail's links carry."""
    return re.findall(r"http\S+/(?:s|logga-in)/([\w-]+)", text)


@contextmanager
def mail_server(inbox: Inbox, port: int = 0) -> Iterator[str]:
    """Run until the end of the block; gives the address to set as SMTP_URL."""
    # As most servers still are: no å in addresses.
    controller = Controller(
        inbox, hostname="127.0.0.1", port=port or free_port(), enable_SMTPUTF8=False
    )
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
