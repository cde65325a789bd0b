"""Defaults of a store: one row of settings, and answers to begin with."""

from django.utils.translation import gettext

from apps.platform.seeding import seeds
from apps.support.desk import SupportSettings
from apps.support.models import CannedAnswer
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """What staff changed stays. Answers only come with the settings: deleted ones stay deleted."""
    if SupportSettings.objects.filter(key="store").exists():
        return
    SupportSettings.objects.bulk_create([SupportSettings()], ignore_conflicts=True)
    answers = {
        gettext("We are looking into it"): gettext(
            "Hello {customer},\n\nthank you for writing. We are looking into it and come back to you soon.\n\n{staff}, {store}"
        ),
        gettext("Where is my order"): gettext(
            "Hello {customer},\n\nyour order {order} is on its way. The page of the order shows where the parcel is.\n\n{staff}, {store}"
        ),
    }
    rows = [CannedAnswer(title=title, text=text) for title, text in answers.items()]
    CannedAnswer.objects.bulk_create(rows, ignore_conflicts=True)
