"""The settings of a store's invoices: what the law refuses is said at its field, and the next numbers are shown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.invoices.models import InvoiceSettings, Series
from apps.pricing.models import TaxSettings
from tests.api.shop import make_user
from tests.backoffice.forms import Fields
from tests.backoffice.sessions import rename_session

pytestmark = pytest.mark.django_db

Save = Callable[..., Any]


@pytest.fixture
def save(store: Any, client_for: Callable[..., Client], at_the_desk: Any) -> Save:
    TaxSettings.objects.update_or_create(key="store", defaults={"origin_country": "IN"})
    client = client_for(store)
    client.force_login(make_user(store, Role.MANAGER, is_staff=True))
    owner = rename_session(client, f"session_{store.slug}")

    def send(**values: Any) -> Any:
        row = InvoiceSettings.objects.get_or_create(key="store")[0]
        path = f"/admin/invoices/invoicesettings/{row.pk}/change/"
        sent = Fields(owner.get(path).content.decode()).sent
        return owner.post(path, {**sent, **values}, follow=True)

    return send


def errors_of(answer: Any, field: str) -> str:
    return str(answer.context["adminform"].form.errors.get(field, ""))


def test_a_prefix_is_saved_in_its_form_and_shows_the_next_number(save: Save) -> None:
    Series.objects.create(prefix="CC/27-28/", kind="invoice", last_number=41)
    answer = save(invoice_prefix="cc/27-28/", digits="5")
    assert InvoiceSettings.objects.get().invoice_prefix == "CC/27-28/"
    assert "CC/27-28/00042" in answer.content.decode()


def test_codes_are_saved_in_the_form_of_documents_and_returns(save: Save) -> None:
    save(postal_code="५६०-००१", shipping_code="９９６８ 12", invoice_prefix="ＣＣ／{year}／")
    row = InvoiceSettings.objects.get()
    kept = (row.postal_code, row.shipping_code, row.invoice_prefix)
    assert kept == ("560001", "996812", "CC/{year}/")
    assert "such as 110034" in errors_of(save(postal_code="5600"), "postal_code")
    assert "4, 6 or 8 digits" in errors_of(save(shipping_code="99681"), "shipping_code")


def test_what_the_law_refuses_is_said_at_its_field(save: Save) -> None:
    assert "16 are allowed" in errors_of(save(invoice_prefix="INVOICES/{year}/"), "invoice_prefix")
    same = save(credit_prefix="{year}/")
    assert "need different numbers" in errors_of(same, "credit_prefix")
    Series.objects.create(prefix="A/", kind="credit_note", last_number=1)
    assert "need different numbers" in errors_of(save(invoice_prefix="A/"), "invoice_prefix")
    assert InvoiceSettings.objects.get().invoice_prefix == "{year}/"
