"""Reads of what staff have worded."""

from django.db.models import Max

from apps.notifications.models import MailWording


def find_wording(mail: str, language: str) -> MailWording | None:
    """The wording in use for a language: its own, else that of the language without its country. One query."""
    code = language.lower()
    wanted = list(dict.fromkeys([code, code.partition("-")[0]]))
    rows = MailWording.objects.filter(mail=mail, language__in=wanted).order_by("-number")
    latest: dict[str, MailWording] = {}
    for row in rows:
        latest.setdefault(row.language, row)
    used = (latest[one] for one in wanted if one in latest and not latest[one].is_default)
    return next(used, None)


def latest_wording(mail: str, language: str) -> MailWording | None:
    """The last version of exactly this language, also if it is a reset."""
    rows = MailWording.objects.filter(mail=mail, language=language.lower())
    return rows.order_by("-number").first()


def list_versions(mail: str, language: str) -> list[MailWording]:
    """The latest first."""
    rows = MailWording.objects.filter(mail=mail, language=language.lower())
    return list(rows.order_by("-number")[:50])


def list_wordings_in_use() -> list[MailWording]:
    """Of every mail and language, the latest one if it is none of the resets. Two queries."""
    newest = MailWording.objects.values("mail", "language").annotate(newest=Max("number"))
    latest = {(row["mail"], row["language"]): row["newest"] for row in newest}
    rows = MailWording.objects.filter(number__in=set(latest.values()))
    return [
        row
        for row in rows
        if latest.get((row.mail, row.language)) == row.number and not row.is_default
    ]
