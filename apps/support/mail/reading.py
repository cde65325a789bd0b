"""Raw bytes of a mail as values. Reads what real programs send: unknown charsets, broken headers, mails in mails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import Final

from apps.common.html_text import text_of_html
from apps.common.text import line_of
from apps.support.mail.quotes import split_quote

MAX_PARTS: Final = 100
_MOST_CHARACTERS: Final = 80_000
_MOST_SUBJECT: Final = 300
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_IDS: Final = re.compile(r"<([^<>\s]+)>")
# Names under which programs send more than the charset of that name has.
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7",
}
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_DAEMONS: Final = ("mailer-daemon@", "postmaster@")
_RECIPIENTS: Final = ("to", "cc", "delivered-to", "x-original-to", "x-forwarded-to", "envelope-to")


@dataclass(frozen=True)
class MailFile:
    name: str
    content: bytes


@dataclass(frozen=True)
class ReadMail:
    """`text` is what is new, `quoted` the old mail below it. `sender` is claimed, not proved."""

    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    quoted: str
    references: tuple[str, ...] = ()
    files: tuple[MailFile, ...] = ()
    is_automatic: bool = False
    is_bounce: bool = False


class Unreadable(ValueError):
    """The bytes are no mail that can be read, such as one of a thousand parts inside each other."""


def read_mail(raw: bytes) -> ReadMail:
    """Never fails because of a charset or a header. Raises `Unreadable`."""
    try:
        message = message_from_bytes(raw)
        parts = list(_parts(message))
        text, files = _contents(parts)
    except RecursionError:
        raise Unreadable("parts inside parts") from None
    new, old = split_quote(text)
    sender_name, sender = parseaddr(_header(message, "from"))
    return ReadMail(
        sender=sender.strip().lower(),
        sender_name=line_of(sender_name, most=120),
        recipients=_recipients(message),
        subject=line_of(_header(message, "subject"), most=_MOST_SUBJECT),
        text=new,
        quoted=old,
        references=tuple(
            _IDS.findall(f"{_raw(message, 'in-reply-to')} {_raw(message, 'references')}")[-30:]
        ),
        files=tuple(files),
        is_automatic=_is_automatic(message),
        is_bounce=_is_bounce(message, sender.lower()),
    )


def message_id_of(message: Message) -> str:
    found = _IDS.search(_raw(message, "message-id"))
    return found[1] if found else ""


def _parts(message: Message) -> Iterator[Message]:
    """Leaves, and mails that are attached as a whole."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > MAX_PARTS:
            return
        is_mail = part.get_content_type() == "message/rfc822"
        if part.is_multipart() and not is_mail:
            inner = [one for one in part.get_payload() if isinstance(one, Message)]
            waiting[:0] = inner
        else:
            yield part


def _contents(parts: list[Message]) -> tuple[str, list[MailFile]]:
    """The text to read (plain text before HTML), and everything else as files."""
    plain: list[str] = []
    html: list[str] = []
    files: list[MailFile] = []
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            files.append(_attached_mail(part))
        elif kind in ("text/plain", "text/html") and not _is_file(part):
            (plain if kind == "text/plain" else html).append(_text_of(part))
        elif kind.startswith(("text/calendar", "message/")) or kind == "application/ms-tnef":
            continue
        else:
            files.append(MailFile(_file_name(part), _bytes_of(part)))
    text = "\n\n".join(one for one in plain if one.strip())
    if not text and html:
        text = "\n\n".join(text_of_html(one) for one in html)
    return _clean(text), files


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attached_mail(part: Message) -> MailFile:
    """A mail inside the mail is kept as its text."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message):
        return MailFile("mail.txt", _bytes_of(part))
    head = [f"{name.title()}: {_header(inner, name)}" for name in ("from", "date", "subject")]
    text, _files = _contents([one for one in _parts(inner) if one is not part])
    name = line_of(_header(inner, "subject"), most=60) or "mail"
    return MailFile(f"{name}.txt", "\n".join([*head, "", text]).encode())


def _file_name(part: Message) -> str:
    name = _decoded(part.get_filename() or "")
    return line_of(name, most=120) or f"file.{part.get_content_subtype()[:8]}"


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Message) -> str:
    content = _bytes_of(part)
    try:
        charset = str(part.get_param("charset") or "utf-8")
    except (UnicodeError, ValueError):
        charset = "utf-8"
    text = _decode(content, charset)
    if part.get_param("format") == "flowed":
        text = re.sub(r"(?m)(?<=\S) \r?\n(?![>\r\n])(?!-- )", " ", text)
    return text


def _decode(content: bytes, charset: str) -> str:
    name = charset.strip("\"' ").lower()
    for encoding in (_WIDER.get(name, name), "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("utf-8", errors="replace")


def _clean(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines)[:_MOST_CHARACTERS].strip()


def _raw(message: Message, name: str) -> str:
    return " ".join(str(value) for value in message.get_all(name, []))


def _header(message: Message, name: str) -> str:
    """The first header of that name, decoded."""
    value = message.get(name)
    return _decoded(str(value)) if value is not None else ""


def _decoded(value: str) -> str:
    """Encoded words, and bytes that came without a charset."""
    if any("\udc80" <= sign <= "\udcff" for sign in value):
        value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        chunks = decode_header(re.sub(r"\r?\n", "", value))
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        _decode(chunk, charset or "utf-8") if isinstance(chunk, bytes) else chunk
        for chunk, charset in chunks
    )


def _recipients(message: Message) -> tuple[str, ...]:
    values = [str(value) for name in _RECIPIENTS for value in message.get_all(name, [])]
    found = [address.strip().lower() for _name, address in getaddresses(values[:50])]
    return tuple(dict.fromkeys(one for one in found if "@" in one))[:100]


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what programs sent before it. Newsletters and lists count, too."""
    submitted = _raw(message, "auto-submitted").strip().lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if _raw(message, "precedence").strip().lower() in _BULK:
        return True
    names = ("x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "list-unsubscribe")
    return any(message.get(name) is not None for name in names)


def _is_bounce(message: Message, sender: str) -> bool:
    """A report of a mail server: `multipart/report` (RFC 3464), an empty return path, or its usual senders."""
    is_report = (
        message.get_content_type() == "multipart/report"
        and str(message.get_param("report-type") or "").lower() == "delivery-status"
    )
    has_no_return = _raw(message, "return-path").strip() == "<>"
    return is_report or has_no_return or sender.startswith(_DAEMONS) or not sender
