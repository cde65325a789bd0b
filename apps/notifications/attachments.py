"""A file that is sent with a mail: its place in the store's files, and the name under which the reader gets it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A PDF file. It must stay as long as the mail may be sent again."""

    file: str
    name: str
