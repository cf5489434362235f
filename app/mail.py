"""Letters by e-mail: one way out for alerts, digests and links, through the mail server that SMTP_URL names."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.extensions import settings

#: seconds that a mail server may be silent
PATIENCE = 15


class NotSent(Exception):
    """What was to be told did not go out; the sentence says why."""


@dataclass(frozen=True)
class Letter:
    """``headers`` are those beside From, To and Subject. Several addresses are parted by commas."""

    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


def send(letter: Letter) -> None:
    """Hand it to the mail server. Raises NotSent. Nothing may be held in the database meanwhile."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings().alert_email_from, letter.to, letter.subject
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(letter.text)
    server = urlsplit(settings().smtp_url)
    secure = server.scheme == "smtps"
    host, port = server.hostname or "localhost", server.port or (465 if secure else 25)
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=PATIENCE)
        ) as connection:
            connection.ehlo()
            if not secure and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            if server.username:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The mail server {host}:{port} did not take the message: {error}") from error
