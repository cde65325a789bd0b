"""Hosts, addresses of pages and of mailboxes: letters of any script outside, ASCII inside."""

import pytest

from apps.common.text import NotText
from apps.common.web import clean_email, clean_host, clean_web_address


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("मसाला-दुकान.example", "xn----uud4cj0ay5b9bbd5a.example"),
        ("मसाला.भारत", "xn--r2biryb.xn--h2brj9c"),
        ("Läden.Example.", "xn--lden-loa.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("ＳＨＯＰ．example", "shop.example"),
        ("店。example", "xn--hxt.example"),
        ("shop.example\u200b", "shop.example"),
        ("xn--11b4b3c.example", "xn--11b4b3c.example"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_a_host_has_one_form_in_ascii(typed: str, host: str) -> None:
    assert clean_host(typed) == host


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("https://shop.example", "without https://"),
        ("shop.example/tea", "without https://"),
        ("shop.example:8000", "without a port"),
        ("shop..example", "letters, digits and hyphens"),
        ("-shop.example", "letters, digits and hyphens"),
        ("my_shop.example", "letters, digits and hyphens"),
        ("💩.example", "U\\+1F4A9"),
        ("ä" * 70 + ".example", "domain names"),
    ],
)
def test_what_is_no_host_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(NotText, match=sentence):
        clean_host(typed)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.com/t?n=1", "https://example.com/t?n=1"),
        (
            "HTTP://मसाला.भारत/पार्सल?क=ख",
            "http://xn--r2biryb.xn--h2brj9c/%E0%A4%AA%E0%A4%BE%E0%A4%B0%E0%A5%8D%E0%A4%B8%E0%A4%B2?%E0%A4%95=%E0%A4%96",
        ),
        ("https://x.example:8443/%C3%A9#é", "https://x.example:8443/%C3%A9#%C3%A9"),
        ("", ""),
    ],
)
def test_an_address_of_a_page_is_made_ascii(typed: str, address: str) -> None:
    assert clean_web_address(typed) == address
    assert clean_web_address(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "ftp://x.example",
        "no address",
        "https://u:p@x.example",
        "https://x.example:99999",
        "tea",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(typed: str) -> None:
    with pytest.raises(NotText, match="https://"):
        clean_web_address(typed)


def test_a_mailbox_is_in_lower_case_and_its_host_in_ascii() -> None:
    assert clean_email(" Asha@मसाला.भारत\u200b") == "asha@xn--r2biryb.xn--h2brj9c"
    assert clean_email("ＡＳＨＡ＠example.com") == "asha@example.com"
    for wrong in ("asha", "a b@example.com", "a@example.com\nBcc: b@example.com", "@x.example"):
        with pytest.raises(NotText):
            clean_email(wrong)
