"""Notes of the platform's staff on a store."""

from typing import Any

import pytest
from django.test import Client

from apps.events.models import AuditEntry
from apps.platform.models import StoreNote

pytestmark = pytest.mark.django_db
LIST = "/admin/platform/storenote/"


def write(client: Client, store: Any, text: str, **more: str) -> Any:
    return client.post(f"{LIST}add/", {"store": str(store.pk), "text": text, **more})


def test_notes_are_on_the_page_of_their_store_and_in_a_list(
    operator: Client, store: Any, other_store: Any
) -> None:
    assert write(operator, store, "Asks for <b>an invoice</b> by post.").status_code == 302
    write(operator, store, "Never call before ten.", is_pinned="on")
    write(operator, other_store, "Of the other one")
    operator.get("/admin/")  # shows what was saved
    page = operator.get(f"/admin/platform/store/{store.pk}/change/").content.decode()
    assert "Asks for &lt;b&gt;an invoice&lt;/b&gt; by post." in page
    assert page.index("Never call before ten.") < page.index("Asks for"), "pinned ones first"
    assert "Of the other one" not in page
    found = operator.get(LIST, {"q": store.slug}).context["cl"]
    assert found.result_count == 2
    row = StoreNote.objects.get(is_pinned=True)
    assert row.written_by.startswith("operator-")
    entry = AuditEntry.objects.get(target_ref=str(row.pk))
    assert entry.action == "store_note.created"


@pytest.mark.parametrize("text", ["", " \u200b ", "x" * 4001])
def test_an_empty_or_endless_note_is_refused(operator: Client, store: Any, text: str) -> None:
    answer = write(operator, store, text)
    assert answer.status_code == 200
    assert "text" in answer.context["adminform"].form.errors
    assert not StoreNote.objects.exists()
