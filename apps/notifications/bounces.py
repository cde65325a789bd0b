"""Reports of mail servers about mails that did not arrive (RFC 3464), read into values. No database here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import Final

from apps.common.text import line_of

_MOST: Final = 50
_REASON_LENGTH: Final = 300
_ID: Final = re.compile(r"<([^<>\s]{1,300})>")
_ENHANCED: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY: Final = re.compile(r"\b([45]\d\d)\b")
# RFC 3463: no such mailbox or domain, a mailbox that was moved or closed, a domain without a way to it.
_GONE: Final = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1", "5.4.4"}
)
# Servers that say no more than "refused": the reply says whether the mailbox is meant (RFC 5321).
_VAGUE: Final = frozenset({"5.0.0", "5.5.0"})
_REPLIES_OF_MAILBOXES: Final = frozenset({"550", "551", "553"})


@dataclass(frozen=True)
class Bounce:
    """`is_hard`: the address does not exist. `message_ids` and `addresses` say which mail it is about."""

    recipient: str
    is_hard: bool
    reason: str


@dataclass(frozen=True)
class Report:
    """`addresses` are those that the report was sent to: one of them may name the mail."""

    bounces: tuple[Bounce, ...]
    message_ids: tuple[str, ...]
    addresses: tuple[str, ...]


def read_report(raw: bytes) -> Report:
    """A mail that is no such report has no bounces. Never fails because of its form."""
    try:
        message = message_from_bytes(raw)
        parts = list(message.walk())[:100]
    except (RecursionError, ValueError, LookupError):
        return Report((), (), ())
    names = ("to", "delivered-to", "x-original-to", "envelope-to")
    values = [str(value) for name in names for value in message.get_all(name, [])][:20]
    return Report(
        bounces=tuple(_bounces(parts))[:_MOST],
        message_ids=tuple(dict.fromkeys(_message_ids(message, parts)))[:_MOST],
        addresses=tuple(address.lower() for _name, address in getaddresses(values)),
    )


def is_gone(status: str, diagnostic: str) -> bool:
    """Whether the address does not exist. A full mailbox, a policy or a server's trouble is not that."""
    found = [".".join(match) for match in _ENHANCED.findall(f"{status} {diagnostic}"[:2000])]
    precise = [code for code in found if code not in _VAGUE]
    code = (precise or found or [""])[0]
    if code:
        if code in _VAGUE:
            return _reply_of(diagnostic) in _REPLIES_OF_MAILBOXES
        return code in _GONE
    return _reply_of(diagnostic) in _REPLIES_OF_MAILBOXES


def _reply_of(diagnostic: str) -> str:
    found = _REPLY.search(diagnostic[:2000])
    return found[1] if found else ""


def _bounces(parts: list[Message]) -> Iterator[Bounce]:
    """The blocks about recipients of `message/delivery-status`. What is only delayed is tried again by the server."""
    for part in parts:
        blocks = part.get_payload()
        if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
            continue
        for block in blocks[: _MOST + 1]:
            if not isinstance(block, Message) or _field(block, "action").lower() != "failed":
                continue
            status, said = _field(block, "status"), _field(block, "diagnostic-code")
            recipient = _address(block, "original-recipient") or _address(block, "final-recipient")
            reason = line_of(f"{status} {said.partition(';')[2] or said}", most=_REASON_LENGTH)
            yield Bounce(recipient, is_gone(status, said), reason)


def _message_ids(message: Message, parts: list[Message]) -> Iterator[str]:
    """Of the mail that came back, which is attached whole or as its headers, and what the report answers."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _ids(message_from_bytes(content), "message-id")
        elif part is not message:
            yield from _ids(part, "message-id")
    yield from _ids(message, "in-reply-to")
    yield from _ids(message, "references")


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(_field(message, name))


def _field(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _address(block: Message, name: str) -> str:
    """`rfc822; asha@example.com`"""
    return _field(block, name).rpartition(";")[2].strip().strip("<>").lower()
