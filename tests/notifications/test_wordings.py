"""Every mail is declared, and staff word it: nothing they write runs, reads what is not declared, or stops a mail."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as mailbox

from apps.common.html_text import text_of_html
from apps.events.services import relay_outbox
from apps.notifications import services as notifications
from apps.notifications.composing import Letter, compose, example_of, variables_of
from apps.notifications.default_sources import default_source
from apps.notifications.errors import BadWording, WordingOvertaken
from apps.notifications.letterhead import Letterhead
from apps.notifications.looks import as_seen
from apps.notifications.mail_registry import MailType, find_mail_type, items, mail_type, text
from apps.notifications.models import MailWording, SentMail
from apps.notifications.samples import hard_example_of
from apps.notifications.sandbox import Broken, check, render
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db]
FOLDER = Path(__file__).parents[2] / "templates" / "mail"
HEAD = Letterhead(url="http://alpha.localhost/", contact="hello@alpha.example")
KNOWN = (text("name", "", "Asha"), items("lines", "", text("title", "", "Chai")))
VALUES = {"name": "<b>Asha</b>", "lines": [{"title": "Chai", "secret": "x"}] * 3, "hidden": "no"}


def word(values: dict[str, str], *, based_on: int = 0, code: str = "order_message") -> MailWording:
    return notifications.save_wording(
        mail=code, language="en", values=values, based_on=based_on, actor=STAFF
    )


def send(ref: str = "a") -> SentMail:
    return notifications.send_mail_to(
        to="asha@example.com",
        template="order_message",
        context={"words": "Hi <you>", "number": "P-1", "day": "today", "url": "http://x/o/"},
        language="en-IN",
        message_ref=f"test:{ref}",
        letterhead=HEAD,
    )


def test_every_mail_is_declared() -> None:
    files = {path.name.partition(".")[0] for path in FOLDER.glob("*.subject.txt")}
    assert files == {one.code for one in mail_type}


@pytest.mark.parametrize("mail", list(mail_type), ids=lambda mail: mail.code)
def test_the_default_as_a_source_writes_the_same_mail(mail: MailType, in_store: Any) -> None:
    """So each variable that a mail of ours has is declared, too."""
    source = default_source(mail, "en")
    for name, part in source.items():
        assert check(part, variables_of(mail)) == [], (name, part)
    letter = Letter(mail.code, example_of(mail), "en", HEAD)
    by_default = compose(letter)
    worded = compose(letter, MailWording(mail=mail.code, language="en", number=1, **source))
    assert worded.subject == by_default.subject
    assert worded.text.split() == by_default.text.split()
    # the words of the store around the content differ: staff write those of their own mail
    assert text_of_html(worded.html).split()[:60] == text_of_html(by_default.html).split()[:60]


@pytest.mark.parametrize("mail", list(mail_type), ids=lambda mail: mail.code)
def test_every_mail_is_whole_with_values_that_are_hard_to_show(
    mail: MailType, in_store: Any
) -> None:
    head = replace(HEAD, imprint=("Alpha GmbH, Weg 1, 10115 Berlin", "HRB 1"))
    facts = hard_example_of(mail)
    if mail.kind:
        facts["unsubscribe_url"] = "http://alpha.localhost/mails/x/"
    made = compose(Letter(mail.code, facts, "en", head))
    links = re.findall(r'(?:href|src)="([^"]*)"', made.html)
    assert links
    assert all(link.startswith(("https://", "http://")) for link in links), "none is relative"
    for body in (made.text, text_of_html(made.html)):
        assert "HRB 1" in body
        assert head.url in body or head.url in links
        assert not re.search(r"{[{%]|%\(", body)
    assert ("Unsubscribe" in made.text) is bool(mail.kind)
    assert made.html.count("<table") == made.html.count("</table>")
    if mail.code != "ticket_answer":  # paragraphs of what staff wrote
        assert "<p>" not in made.html, "colours in the dark are by class and style"
    if mail.required:
        assert facts["url"] in made.text
    is_order = (
        mail.code.startswith(("order_", "return_", "einvoice_")) and mail.code != "order_draft"
    )
    assert ("opens your order" in made.html) is (is_order or mail.code == "order_draft")
    dark, plain = as_seen(made.html, "dark"), as_seen(made.html, "plain")
    assert "@media all" in dark
    assert "style" not in plain
    assert text_of_html(plain).split() == text_of_html(made.html).split()


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("de", "ltr")])
def test_a_wording_runs_in_the_direction_of_its_language(
    language: str, direction: str, in_store: Any
) -> None:
    wording = MailWording(mail="order_message", language=language, number=1, heading="x")
    mail = find_mail_type("order_message")
    assert mail is not None
    made = compose(Letter(mail.code, example_of(mail), language, HEAD), wording)
    assert f'<html lang="{language}" dir="{direction}">' in made.html


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("Hello {{ nmae }}", 1),
        ("\n\n{{ name.__class__ }}", 3),
        ("{{ name.upper }}", 1),
        ("{{ lines[0].secret }}", 1),
        ("{{ lines.clear }}", 1),
        ("{% for line in lines %}{{ line.price }}{% endfor %}", 1),
        ("\n{% for i in (1..999999999) %}{% endfor %}", 2),
        ("{{ (1..999999999) | join }}", 1),
        ("{% assign a = name %}{{ a }}", 1),
        ("{% capture a %}{% endcapture %}", 1),
        ("{% include 'mail/base.html' %}", 1),
        ("{% render 'x' %}", 1),
        ("{{ name | safe }}", 1),
        ("{{ name | append: name }}", 1),
        ("{{ name | times: 99999 }}", 1),
        ("{{ now }}", 1),
        ("{{ name[name] }}", 1),
        ("{% if name %}", 1),
        ("{{ name", 1),
        ("{% if " + "(" * 3000 + "name" + ")" * 3000 + " %}{% endif %}", 1),
        ("x" * 20_001, 1),
    ],
)
def test_a_source_that_reaches_further_is_refused_with_its_line(source: str, line: int) -> None:
    faults = check(source, KNOWN)
    assert faults
    assert faults[0].line == line


def test_values_are_escaped_and_only_what_is_declared_is_there() -> None:
    source = "{{ name }}{% for line in lines %} {{ line.title }}{% endfor %}"
    assert render(source, KNOWN, VALUES, is_html=True) == ("&lt;b&gt;Asha&lt;/b&gt; Chai Chai Chai")
    assert render("{{ lines }}", KNOWN, VALUES, is_html=False).count("secret") == 0


def test_too_much_output_and_too_many_loops_are_stopped() -> None:
    deep = "{% for a in lines %}" * 9 + "x" * 900 + "{% endfor %}" * 9
    with pytest.raises(Broken):
        render(deep, KNOWN, VALUES, is_html=False)
    long = {**VALUES, "lines": [{"title": "y" * 3000}] * 400}
    with pytest.raises(Broken):
        render("{% for a in lines %}{{ a.title }}{% endfor %}", KNOWN, long, is_html=False)


def test_a_worded_mail_is_sent_and_its_html_stays_whole(in_store: Any, system_scope: None) -> None:
    word(
        {
            "subject": "News, {{ number }}: {{ default }}",
            "body": "<p>Before</p><script>x()</script></td></table>{{ default }}<i>{{ words }}",
        }
    )
    send()
    relay_outbox()
    sent: Any = mailbox.outbox[0]
    html = sent.alternatives[0].content
    assert sent.subject.startswith("News, P-1: ")
    assert "Before" in html
    assert "<script" not in html
    assert "<i>Hi &lt;you&gt;</i>" in html
    assert html.count("<table") == html.count("</table>")
    assert "Hi <you>" in sent.body, "the text is made from the worded HTML"
    assert "http://x/o/" in sent.body


def test_a_wording_that_went_out_of_date_stops_no_mail(in_store: Any, system_scope: None) -> None:
    row = word({"subject": "{{ number }}"})
    MailWording.objects.filter(pk=row.pk).update(subject="{{ gone }}", body="{% if %}")
    assert "P-1" in send().subject
    row.refresh_from_db()
    assert "gone" in row.problem
    from apps.platform.dead_ends import dead_end, list_dead_ends

    (found,) = list_dead_ends(dead_end.items()["notifications.wording"])
    assert "gone" in found.why
    word({"subject": "{{ number }}!"}, based_on=1)
    assert list_dead_ends(dead_end.items()["notifications.wording"]) == []


def test_versions_are_kept_restored_and_not_overwritten(in_store: Any, system_scope: None) -> None:
    first = word({"subject": "One"})
    with pytest.raises(WordingOvertaken):
        word({"subject": "Two"})
    word({"subject": "Two"}, based_on=1)
    notifications.reset_wording(mail="order_message", language="en", based_on=2, actor=STAFF)
    assert send("b").subject != "Two"
    back = notifications.restore_wording(version=first, based_on=3, actor=STAFF)
    assert (back.number, back.subject, back.restored_from) == (4, "One", 1)
    assert send("c").subject == "One"
    with pytest.raises(BadWording) as refused:
        word({"body": "x\n{{ nope }}"}, based_on=4)
    assert re.search(r"2.*nope", refused.value.fields["body"][0])


def test_a_preview_writes_nothing(in_store: Any, system_scope: None) -> None:
    found: Any = find_mail_type("order_message")
    made = notifications.preview_mail(
        mail=found, language="en", letterhead=HEAD, values={"subject": "Try {{ number }}"}
    )
    assert made.subject == "Try 7K3M-Q9TX"
    assert not SentMail.objects.exists()
    assert not MailWording.objects.exists()
