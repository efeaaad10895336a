"""Delivery reports as mail servers write them, to fictitious addresses."""

POSTFIX = """Return-Path: <>
Date: Mon, 4 Oct 2021 09:12:31 +0200 (CEST)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: inventering@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="4HNB2M.1633331551/mx.example.org"
Message-Id: <{own}@mx.example.org>

This is a MIME-encapsulated message.

--4HNB2M.1633331551/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{to}>: host mail.example.net[192.0.2.25] said: {said} (in reply
    to RCPT TO command)

--4HNB2M.1633331551/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4HNB2M0XYZ
X-Postfix-Sender: rfc822; inventering@example.org
Arrival-Date: Mon,  4 Oct 2021 09:12:30 +0200 (CEST)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; {said}

--4HNB2M.1633331551/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

From: Exempel <inventering@example.org>
To: {to}
Subject: Inventeringen 2021
Message-ID: {original}

Hej!

--4HNB2M.1633331551/mx.example.org--
"""

EXCHANGE = """From: Microsoft Outlook
 <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>
To: inventering@example.org
Date: Mon, 4 Oct 2021 07:12:33 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="b688e1f5-9f43-4a52-8a4d-000000000001"
Content-Language: sv-SE
Message-ID: <{own}@EX01.example.org>
In-Reply-To: {original}
References: {original}
Subject: =?utf-8?Q?Kunde_inte_levereras:_Inventeringen_2021?=
Auto-Submitted: auto-replied
MIME-Version: 1.0

--b688e1f5-9f43-4a52-8a4d-000000000001
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Leveransen misslyckades till dessa mottagare eller grupper:

{to}
E-postadressen du angav kunde inte hittas.

--b688e1f5-9f43-4a52-8a4d-000000000001
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.org
Received-From-MTA: dns;mx.example.org
Arrival-Date: Mon, 4 Oct 2021 07:12:32 +0000

Final-Recipient: rfc822;{to}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found

--b688e1f5-9f43-4a52-8a4d-000000000001--
"""

# Exim as it was for long, and on many machines still is: nothing that a machine is meant to read.
EXIM = """Return-path: <>
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@relay.example.org>
To: inventering@example.org
Subject: Mail delivery failed: returning message to sender
Message-Id: <{own}@relay.example.org>
Date: Mon, 04 Oct 2021 09:12:34 +0200

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    SMTP error from remote mail server after RCPT TO:<{to}>:
    host mail.example.net [192.0.2.25]: 550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <inventering@example.org>
From: Exempel <inventering@example.org>
To: {to}
Message-ID: {original}
Subject: Inventeringen 2021

Hej!
"""

PERSON = """From: Exempel Exempelsson <{to}>
To: inventering@example.org
Subject: Re: Inventeringen 2021
Message-ID: <{own}@example.org>
In-Reply-To: {original}

Hej! Fick ett mejl om att adressen inte fungerar. 550 5.1.1 stod det. Kan ni skicka igen?
"""

UNKNOWN = "550 5.1.1 <someone@example.org>: Recipient address rejected: User unknown"
FULL = "552 5.2.2 Mailbox full"
BLOCKED = "550 5.7.1 Message rejected due to content restrictions"
LATER = "451 4.7.1 Greylisting in action, please come back later"


def report(
    template: str, to: str, original: str = "<unknown@example.net>", *, own: str = "1",
    said: str = UNKNOWN, status: str = "5.1.1", action: str = "failed",
) -> bytes:  # fmt: skip
    """A report filled in, with the line ends of a mail."""
    filled = template.format(
        to=to, original=original, own=own, said=said, status=status, action=action
    )
    return filled.replace("\n", "\r\n").encode()


def delayed(to: str, original: str, own: str = "1") -> bytes:
    """What comes while the receiving side still tries."""
    return report(POSTFIX, to, original, own=own, said=LATER, status="4.7.1", action="delayed")


def mbox(*mails: bytes) -> bytes:
    """Several mails in one file."""
    line = b"From MAILER-DAEMON Mon Oct  4 09:12:31 2021\n"
    return b"\n".join(line + mail.replace(b"\r\n", b"\n") for mail in mails)
