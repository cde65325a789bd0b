"""Tables that pages answer as files."""

import csv
import io
from typing import Any


def read_csv(answer: Any) -> list[dict[str, str]]:
    """The rows by their headings."""
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
