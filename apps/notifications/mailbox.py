"""The mailbox of a development machine: mails are files, a folder for each store, and pages of each store show its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from apps.common.clock import now
from apps.common.ids import new_id
from apps.tenancy.context import current_store_or_none

_NAME: Final = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{32}")
_MOST: Final = 200
_PLATFORM: Final = "platform"


class FolderBackend(BaseEmailBackend):
    """Writes each mail to `EMAIL_FILE_PATH/<store>/<time>-<id>.eml`, those of the platform to `platform/`."""

    def send_messages(self, email_messages: Any) -> int:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        mails: list[EmailMessage] = list(email_messages)
        for mail in mails:
            name = f"{now():%Y%m%d-%H%M%S}-{new_id().hex}.eml"
            (folder / name).write_bytes(mail.message().as_bytes())
        return len(mails)


@dataclass(frozen=True)
class KeptMail:
    """`html` is "" for a mail of text alone."""

    key: str
    at: datetime | None
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


def list_kept() -> list[KeptMail]:
    """The latest of the active store, the newest first."""
    keys = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    return list(_read_all(keys[:_MOST]))


def get_kept(key: str) -> KeptMail | None:
    """A mail of the active store."""
    return next(_read_all([key]), None)


def _read_all(keys: list[str]) -> Iterator[KeptMail]:
    for key in keys:
        path = _folder() / f"{key}.eml"
        if _NAME.fullmatch(key) and path.is_file():
            yield _read(key, path)


def _read(key: str, path: Path) -> KeptMail:
    mail = message_from_bytes(path.read_bytes(), _class=ParsedMail, policy=policy.default)
    date = mail["date"]
    return KeptMail(
        key=key,
        at=_moment(date.datetime if date is not None else None),
        to=str(mail["to"] or ""),
        sender=str(mail["from"] or ""),
        subject=str(mail["subject"] or ""),
        text=_content(mail, "plain"),
        html=_content(mail, "html"),
        headers=tuple((name, " ".join(str(value).split())) for name, value in mail.items()),
        files=tuple(part.get_filename() or "-" for part in mail.iter_attachments()),
    )


def _moment(written: datetime | None) -> datetime | None:
    """Django ends the date of a mail with -0000, which the library reads as a moment without a zone: it is UTC."""
    return written.replace(tzinfo=UTC) if written and written.tzinfo is None else written


def _content(mail: ParsedMail, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""


def _folder() -> Path:
    store = current_store_or_none()
    return Path(settings.EMAIL_FILE_PATH) / (store.slug if store is not None else _PLATFORM)
