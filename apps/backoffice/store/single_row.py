"""A model with one row."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.backoffice.base import Admin

KEY: Final = "store"


class SingleRowAdmin(Admin):
    """Its list is the form. Where there is no row yet, the form shows the defaults, and the first save makes the row:
    looking at a page writes nothing."""

    key: str = KEY

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        page = f"{self.admin_site.name}:{name}"
        return HttpResponseRedirect(reverse(page, args=[self._row().pk or self.key]))

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        """Two people may have the unsaved row open: the later save is refused, for its page had no stamp of the row."""
        if object_id not in ("None", self.key):
            return super().get_object(request, object_id, from_field)
        compared: Any = getattr(request, "compared_row", None)
        return compared if type(compared) is self.model else self._row()

    def _row(self) -> Any:
        """Without a row the defaults, with no id: one that is made up would be another at each look."""
        rows: Any = self.model._default_manager
        found = rows.filter(key=self.key).first()
        return found if found is not None else self.model(key=self.key, pk=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
