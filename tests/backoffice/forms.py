"""What a browser would send from the admin's forms."""

from html.parser import HTMLParser


class Fields(HTMLParser):
    """What a browser would send of a page's forms without a change, files left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            self.sent |= {name: value or "on"} if "checked" in given else {}
        elif tag == "input" and given.get("type") not in ("file", "submit"):
            self.sent[name] = value
        elif tag in ("select", "textarea"):
            self.open = name
            self.sent |= {name: ""} if tag == "textarea" else {}
        elif tag == "option" and "selected" in given:
            self.sent[self.open] = value

    def handle_data(self, data: str) -> None:
        if self.open in self.sent and self.lasttag == "textarea":
            self.sent[self.open] += data.strip()


NEW = {
    "name": "New shop",
    "slug": "newshop",
    "currency": "INR",
    "country": "IN",
    "state": "KA",
    "language": "en-IN",
}
