"""Raw mails become text, quote and files, whichever program wrote them."""

from contextlib import suppress

import pytest

from apps.common.html_text import text_of_html
from apps.support.mail.quotes import split_quote
from apps.support.mail.reading import Unreadable, read_mail
from tests.tickets.letters import letter


def test_gmail() -> None:
    mail = read_mail(letter("gmail", to="help+x@shops.example", reference="a.1@shops.example"))
    assert mail.sender == "asha.menon@example.com"
    assert mail.sender_name == "Asha Menon"
    assert mail.recipients == ("help+x@shops.example",)
    assert mail.references == ("a.1@shops.example", "a.1@shops.example")
    assert mail.text == (
        "Thank you, it came today ☕\n\nThe small tin has a dent, though. Can you send another one?"
    )
    assert mail.quoted.startswith("On Mon, 23 Nov 2026 at 18:03, Alpha")
    assert mail.quoted.endswith("> > Where is my tea?")
    assert (mail.is_automatic, mail.is_bounce, mail.files) == (False, False, ())


def test_outlook_in_german_with_a_charset_that_says_less_than_it_has() -> None:
    mail = read_mail(letter("outlook"))
    assert mail.sender == "jonas.keller@example.org"
    assert "heißt Müller & Co. Der Preis war 20 €. Bitte ändern." in mail.text
    assert mail.text.endswith("Jonas Keller")
    assert mail.quoted.startswith("____")
    assert mail.quoted.endswith("Wie heißt die Firma?")


def test_apple_mail_with_a_picture_and_a_signature() -> None:
    mail = read_mail(letter("apple"))
    assert mail.text == "Here is the picture you asked for. The handle broke off."
    assert "Sent from my iPhone" in mail.quoted
    assert [file.name for file in mail.files] == ["IMG_0042.png"]
    assert mail.files[0].content.startswith(b"\x89PNG")


def test_hindi() -> None:
    mail = read_mail(letter("hindi"))
    assert (mail.sender_name, mail.subject) == ("मीरा शर्मा", "मेरा ऑर्डर कहाँ है?")
    assert mail.text.startswith("नमस्ते,")
    assert mail.text.endswith("धन्यवाद\nमीरा")
    assert mail.quoted.startswith("23 नव॰ 2026 को")


def test_japanese_in_two_charsets() -> None:
    mail = read_mail(letter("japanese"))
    assert (mail.sender_name, mail.subject) == ("佐藤 花子", "お茶について")
    assert "①番のお茶" in mail.text
    assert mail.text.endswith("佐藤 花子")
    assert mail.quoted.endswith("確認いたします。")


def test_automatic_mails_and_bounces_are_known() -> None:
    assert read_mail(letter("auto_reply")).is_automatic
    bounce = read_mail(letter("bounce"))
    assert bounce.is_bounce
    assert not bounce.files or all(file.name.endswith(".txt") for file in bounce.files)
    assert read_mail(b"From: a@example.com\nPrecedence: bulk\n\nx").is_automatic
    assert not read_mail(b"From: a@example.com\nAuto-Submitted: no\n\nx").is_automatic
    assert read_mail(b"Subject: no sender\n\nx").is_bounce


def test_html_alone_is_made_plain_and_mails_in_mails_are_text() -> None:
    mail = read_mail(letter("nested"))
    assert mail.text == (
        "Please see the files. It’s about two orders:\n\n- tea\n- cups\n\n"
        "My photos (https://example.com/photos) <script>"
    )
    names = [file.name for file in mail.files]
    assert names == ["Rechnung Ä.pdf", "../../page.html", "setup.exe", "The old mail.txt"]
    assert mail.files[-1].content.decode().endswith("What was said before.")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: =?x-unknown?B?!!!?= <a@example.com>\nContent-Type: text/plain; charset=x-no\n\n\xe9t\xe9",
        b"From: a@example.com\nContent-Type: multipart/mixed\n\nno boundary",
        b"From: a@example.com\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%%",
        b"From: \xe4\xf6@example.com\nSubject: \xff\xfe\nTo: ,,,<<>>\n\nx",
        b"From: a@example.com\nContent-Type: text/plain; charset*=utf-8'' \n\nx",
        b"From: a@example.com\nIn-Reply-To: <<<>>> <a@b\n\nx",
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(raw: bytes) -> None:
    assert isinstance(read_mail(raw).text, str)


def test_a_thousand_parts_inside_each_other_end() -> None:
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1200))
    with suppress(Unreadable):
        assert read_mail(f"From: a@example.com\n{head}\nx".encode()).files == ()


def test_an_answer_below_the_quote_or_between_stays_whole() -> None:
    below = "> What colour?\n\nGreen, please."
    assert split_quote(below) == (below, "")
    between = "> What colour?\nGreen.\n> Which size?\nLarge."
    assert split_quote(between) == (between, "")
    assert split_quote("> only a quote") == ("> only a quote", "")


def test_a_list_with_colons_is_no_forwarded_mail() -> None:
    text = "My order:\nTea: two tins\nCups: four\nAddress: 12 Lake Road"
    assert split_quote(text) == (text, "")


def test_html_never_comes_through() -> None:
    html = "<p>a</p><script>x<b></script><style>y</style><img src=x onerror=1 alt='pic'><blockquote>old<br>older</blockquote>"
    assert text_of_html(html) == "a\n\npic\n\n> old\n> older"
    assert text_of_html("<div>" * 5000 + "deep") == "deep"
