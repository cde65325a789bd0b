"""Fields of the admin's forms: what is not offered any more stays with the row that has it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.backoffice.platform.stores import StoreAdmin
from apps.backoffice.sites import platform_admin
from apps.platform.models import Store


def test_an_old_name_of_a_time_zone_stays_with_its_store(store: Any, rf: Any) -> None:
    """It is not offered to others, and saving the page for another reason does not change it."""
    request = rf.get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    admin = StoreAdmin(Store, platform_admin)
    store.time_zone = "Asia/Calcutta"
    field = admin.get_form(request, store).base_fields["time_zone"]
    assert field.clean("Asia/Calcutta") == "Asia/Calcutta"
    with pytest.raises(ValidationError):
        field.clean("Zulu")
    store.time_zone = "Asia/Kolkata"
    with pytest.raises(ValidationError):
        admin.get_form(request, store).base_fields["time_zone"].clean("Asia/Calcutta")
