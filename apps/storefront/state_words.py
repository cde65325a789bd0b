"""What a buyer reads about one state of an order."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """`label` and `tone` in lists and on the page, `headline` and `next_thing` on the page; `at_first` within a day."""

    label: Text
    tone: str
    headline: Text
    next_thing: Text
    at_first: Text = ""
