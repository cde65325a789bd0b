"""Numbers of other systems keep their digits."""

from typing import Any

import pytest

from apps.common.exact_json import read_json


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("1490000001", 1490000001),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", "9223372036854775808"),
        ("123456789012345678901234", "123456789012345678901234"),
        ("00149", "00149"),
        ("-05", "-05"),
        ("1.49e9", "1490000000"),
        ("1E+2", "100"),
        ("1e-400", "1e-400"),
        ("1e-99999999999999999999", "1e-99999999999999999999"),
        ("12345678901234567.5", "12345678901234567.5"),
        ("48.11", 48.11),
        ("12.50", 12.5),
        ("0", 0),
        ('"x 0012, \\" 007"', 'x 0012, " 007'),
    ],
)
def test_a_number_is_the_one_that_was_sent(sent: str, read: Any) -> None:
    for body, expected in ((f'{{"a": {sent}}}', {"a": read}), (f"[{sent},{sent}]", [read, read])):
        assert read_json(body.encode()) == expected


@pytest.mark.parametrize(
    "body", [b"", b"[NaN]", b"\xff", b"[1,]", b"[00.5]", b"[1e999]", b'"\\ud800"', b"[0x12]"]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(body)
