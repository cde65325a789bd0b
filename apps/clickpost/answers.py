"""What `meta.status` of ClickPost's answers means. The HTTP status says little: it is 200 for most failures."""

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.clickpost.errors import ClickPostRefused, StillRunning
from apps.common.json_http import Answer
from apps.common.text import line_of
from apps.integrations.errors import SystemUnavailable

DONE: Final = frozenset({200})
PLACED_BEFORE: Final = 323
CANCELLED_BEFORE: Final = 600
QUEUED, RUNNING = 202, 102
NOT_SUBSCRIBED: Final = 320
KEY_REFUSED: Final = 301
WRONG_KEY: Final = frozenset({KEY_REFUSED, 351, 353})
_TRY_LATER: Final = frozenset({322, 354, 429, 500, 502, 503, 504})
_MOST_WORDS: Final = 300

# What the merchant corrects, in words. All others are shown as ClickPost wrote them.
FAULTS: Final = {
    301: _("ClickPost refuses user name and key: enter both again under Integrations."),
    302: _("ClickPost has no carrier with this number (cp_id): correct it under Carriers."),
    306: _("The account is not registered for this service of ClickPost."),
    307: _("The way of paying must be COD or PREPAID."),
    308: _("The priority is not one that ClickPost knows."),
    309: _("The kind of delivery is not one that ClickPost knows."),
    310: _("A return needs a reason."),
    311: _("This carrier fetches no returns."),
    312: _("The order has no items."),
    313: _("The items can't be read by ClickPost."),
    314: _("The order can't be read by ClickPost."),
    315: _(
        "The amount of cash on delivery is wrong: it is more than 0 for COD, and 0 for PREPAID."
    ),
    316: _("ClickPost has no credentials of this carrier: enter them on its dashboard."),
    319: _("The carrier refused the parcel."),
    320: _("The account has not subscribed to this service of ClickPost."),
    321: _("The carrier does not know this waybill."),
    324: _(
        "The carrier refuses the credentials that ClickPost has: correct them on its dashboard."
    ),
    330: _("ClickPost does not know this waybill."),
    350: _("The carrier refused to cancel it."),
    351: _("ClickPost has no account of this carrier for you."),
    352: _("You have several accounts at this carrier: enter the account code under Carriers."),
    353: _("The account at this carrier is not active."),
    355: _("ClickPost does not know the vendor's code."),
}


def require_done(answer: Answer, *also: int) -> Any:
    """The `result` of an answer that says 200, or one of `also`. Raises `StillRunning`, `SystemUnavailable` where a
    later try can help, `ClickPostRefused` where none can."""
    status = _whole(answer.get("meta", "status"))
    if status in DONE or status in also:
        return answer.get("result")
    if status in (QUEUED, RUNNING):
        raise StillRunning(gettext("ClickPost is still working on it."))
    if status in _TRY_LATER:
        raise SystemUnavailable(_words(status, answer))
    if status is None and answer.status not in (401, 403):
        raise SystemUnavailable(
            gettext("ClickPost answered with status %(status)s and no reason.")
            % {"status": answer.status}
        )
    found = status or KEY_REFUSED
    raise ClickPostRefused(_words(found, answer), answered=found)


def _words(status: int, answer: Answer) -> str:
    """Our sentence, then what ClickPost says."""
    said = answer.get("meta", "message")
    theirs = line_of(said if isinstance(said, str) else "", most=_MOST_WORDS)
    ours = str(FAULTS.get(status, ""))
    if not (ours or theirs):
        return gettext("ClickPost answered with the code %(code)s.") % {"code": status}
    if not theirs or theirs.upper() in ("SUCCESS", "FAILURE", "ERROR"):
        return ours or theirs
    if ours:
        return gettext("%(ours)s (%(theirs)s)") % {"ours": ours, "theirs": theirs}
    return gettext("ClickPost: %(theirs)s (code %(code)s)") % {"theirs": theirs, "code": status}


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
