"""Mails of invented people, as Gmail, Outlook, Apple Mail and others write them."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "mails"


def letter(
    name: str, *, to: str = "help@shops.example", reference: str = "x@y", **headers: str
) -> bytes:
    """The raw mail. `headers` replace lines: `sender="..."` is `From`."""
    text = (_FOLDER / f"{name}.eml").read_text(encoding="utf-8")
    text = text.replace("{to}", to).replace("{reference}", reference)
    names = {"sender": "From", "message_id": "Message-ID"}
    lines = []
    for line in text.split("\n"):
        found = next(
            (key for key in headers if line.lower().startswith(f"{names[key].lower()}:")), ""
        )
        lines.append(f"{names[found]}: {headers.pop(found)}" if found else line)
    return "\n".join(lines).replace("{{", "{").replace("}}", "}").encode()
