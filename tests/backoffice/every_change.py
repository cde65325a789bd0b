"""One store, its owner at the admin and at the API, the platform's operator; and the table of cases they use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.events.models import AuditEntry
from apps.tenancy.context import outside_store, use_store
from tests.api.shop import Api
from tests.backoffice.forms import Fields
from tests.support.acting import seeing_all

Case = Callable[["World"], None]


class Cases(dict[str, Case]):
    """Door -> how it is used so that something changes."""

    def of(self, door: str) -> Callable[[Case], Case]:
        def add(case: Case) -> Case:
            assert door not in self, door
            self[door] = case
            return case

        return add


@dataclass
class World:
    store: Any
    client: Client
    caller: Api
    site: str = "store"

    def first(self, model: Any, **found: Any) -> Any:
        with use_store(self.store):
            row = model._default_manager.filter(**found).first()
        assert row is not None, f"The test needs a {model.__name__}."
        return row

    def add(self, model: Any, **values: Any) -> None:
        self._send(model, "add", [], values)

    def change(self, row: Any, **values: Any) -> None:
        self._send(type(row), "change", [row.pk], values)

    def delete(self, row: Any) -> None:
        self.post(self._url(type(row), "delete", [row.pk]), post="yes")

    def act(self, row: Any, action: str, **values: Any) -> None:
        """Run an action of the list on one row."""
        chosen = {"action": action, "_selected_action": str(row.pk), **values}
        self.post(self._url(type(row), "changelist", []), **chosen)

    def post(self, url: str, **values: Any) -> Any:
        answer = self.client.post(url, {name: v for name, v in values.items() if v is not None})
        assert answer.status_code == 302, self._errors(answer)
        return answer

    def api(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.caller(method, path, body)
        assert answer.status_code < 300, answer.content
        return answer

    def entries(self) -> list[AuditEntry]:
        """Of both logs, the store's and the platform's."""
        with outside_store():
            found = list(AuditEntry.objects.order_by("id"))
        with seeing_all(self.store):
            return found + list(AuditEntry.objects.order_by("id"))

    def _send(self, model: Any, page: str, args: list[Any], values: dict[str, Any]) -> None:
        url = self._url(model, page, args)
        shown = self.client.get(url)
        assert shown.status_code == 200, url
        self.post(url, **{**Fields(shown.content.decode()).sent, **values})

    def _url(self, model: Any, page: str, args: list[Any]) -> str:
        name = f"{self.site}_admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        urlconf = "config.urls.store" if self.site == "store" else None
        return reverse(name, args=args, urlconf=urlconf)

    @staticmethod
    def _errors(answer: Any) -> str:
        form = (answer.context or {}).get("adminform")
        return f"{answer.status_code}: {form.form.errors if form else answer.content[:500]!r}"
