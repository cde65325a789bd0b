"""Messages of long work are stored in English with their values, and translated where they are shown."""

from typing import Any

import pytest

from apps.common import progress
from apps.common.progress import make_message, show_message
from apps.platform.models import ProvisioningJob

TRANSLATED = {"Stopped": "Angehalten", "Copying %(table)s": "%(table)s wird kopiert"}


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "gettext", lambda text: TRANSLATED.get(text, text))


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Stopped", "Angehalten"),
        (make_message("Copying %(table)s", table="orders_order"), "orders_order wird kopiert"),
        ("", ""),
        ("100 % of a text without values", "100 % of a text without values"),
    ],
)
def test_a_message_is_translated_where_it_is_shown(message: str, shown: str) -> None:
    assert show_message(message) == shown


def test_values_stay_as_they_are() -> None:
    message = make_message("%(store)s: %(count)s rows", store="100 % “Tea”\nand\\more", count=3)
    assert show_message(message) == "100 % “Tea”\nand\\more: 3 rows"


def test_a_long_value_does_not_break_the_message() -> None:
    message = make_message("Copying %(table)s", table="x" * 500)
    assert len(message) <= (ProvisioningJob._meta.get_field("message").max_length or 0)
    assert show_message(message) == f"Copying {'x' * 100}"


@pytest.mark.usefixtures("german")
def test_a_job_shows_its_message_translated() -> None:
    job: Any = ProvisioningJob(message="Stopped")
    assert (job.message, job.shown_message) == ("Stopped", "Angehalten")
