"""The sender of messages about merchants' bills. They are in the platform's inbox."""

from django.utils.translation import gettext_lazy as _

from apps.billing.services.receiving import SOURCE, settle_bill_event
from apps.inbox.sources import Source, receives

receives(Source(code=SOURCE, label=_("Stripe, merchants' bills"), handle=settle_bill_event))
