"""What staff word: each save is a version, which can be restored."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.text import NotText, clean_block, clean_line
from apps.notifications.composing import example_of, lacking, variables_of
from apps.notifications.errors import BadWording, UnknownMail, WordingOvertaken
from apps.notifications.mail_registry import MailType, find_mail_type
from apps.notifications.models import WORDING_FIELDS, MailWording
from apps.notifications.sandbox import MOST_SOURCE, check, render
from apps.notifications.wordings import latest_wording
from apps.platform.auditing import note

_BLOCKS: Final = frozenset({"body", "text"})
_MOST_LINE: Final = 500
_MOST_PROBLEM: Final = 2_000


def clean_wording(mail: MailType, values: Mapping[str, Any]) -> dict[str, str]:
    """The sources in their normal form. Raises `BadWording` with the line of each fault."""
    cleaned: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    known = variables_of(mail)
    for name in WORDING_FIELDS:
        source = str(values.get(name) or "")
        try:
            if name in _BLOCKS:
                cleaned[name] = clean_block(source, most=MOST_SOURCE)
            else:
                cleaned[name] = clean_line(source, most=_MOST_LINE)
        except NotText as error:
            faults[name] = [str(error)]
            continue
        if found := check(cleaned[name], known):
            faults[name] = [str(fault) for fault in found]
        elif missing := [one for one in mail.required if _lacks(name, cleaned[name], one, mail)]:
            faults[name] = [str(lacking(one)) for one in missing]
    if faults:
        raise BadWording(fields=faults)
    return cleaned


def _lacks(part: str, source: str, required: str, mail: MailType) -> bool:
    """Whether a worded text is without a link that this mail needs. Its HTML has the link as a button."""
    if part != "text" or not source:
        return False
    values = example_of(mail)
    by_default = " ".join(str(values[name]) for name in mail.required)
    made = render(source, variables_of(mail), {**values, "default": by_default}, is_html=False)
    return str(values[required]) not in made


def save_wording(
    *, mail: str, language: str, values: Mapping[str, Any], based_on: int, actor: Actor
) -> MailWording:
    """The next version; the same words as before make none. `based_on` is the version that the form showed (0: none).

    Raises `BadWording`, `UnknownMail`, `WordingOvertaken`.
    """
    cleaned = clean_wording(_mail(mail), values)
    latest = latest_wording(mail, language)
    if latest is not None and all(getattr(latest, name) == cleaned[name] for name in cleaned):
        return latest
    return _add(mail, language, cleaned, based_on, actor)


def reset_wording(*, mail: str, language: str, based_on: int, actor: Actor) -> MailWording:
    """Back to the default, as a version of its own. Raises `UnknownMail`, `WordingOvertaken`."""
    _mail(mail)
    return _add(mail, language, {}, based_on, actor)


def restore_wording(*, version: MailWording, based_on: int, actor: Actor) -> MailWording:
    """An old version as the newest one. Raises what `save_wording` raises: it may be out of date."""
    values = {name: getattr(version, name) for name in WORDING_FIELDS}
    cleaned = clean_wording(_mail(version.mail), values)
    return _add(
        version.mail, version.language, cleaned, based_on, actor, restored_from=version.number
    )


def note_problem(wording: MailWording, error: Exception) -> None:
    """A mail was sent as by default, because this wording could not be used."""
    rows = MailWording.objects.filter(pk=wording.pk, problem="")
    rows.update(problem=(str(error) or type(error).__name__)[:_MOST_PROBLEM], problem_at=now())


def _add(
    mail: str,
    language: str,
    values: Mapping[str, str],
    based_on: int,
    actor: Actor,
    **more: Any,
) -> MailWording:
    latest = latest_wording(mail, language)
    if (latest.number if latest else 0) != based_on:
        raise WordingOvertaken
    try:
        with transaction.atomic():
            row = MailWording.objects.create(
                mail=mail,
                language=language.lower(),
                number=based_on + 1,
                made_by=actor.label[:254],
                **values,
                **more,
            )
            note("mail_wording.changed", row, actor=actor)
    except IntegrityError as error:
        raise WordingOvertaken from error
    return row


def _mail(code: str) -> MailType:
    found = find_mail_type(code)
    if found is None:
        raise UnknownMail
    return found
