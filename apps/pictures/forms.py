"""A form's field for one picture, such as a logo. A good upload outlives a refused form, as a product's pictures do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError
from apps.pictures.documents import KeptPicture
from apps.pictures.kinds import ACCEPT
from apps.pictures.limits import MAX_BYTES
from apps.pictures.preparing import prepare_picture
from apps.pictures.selectors import find_kept
from apps.pictures.services import keep_picture

NO_LONGER_KEPT = _("A picture that was chosen earlier is no longer kept. Choose it again.")


@dataclass(frozen=True)
class PostedPicture:
    upload: UploadedFile | None = None
    token: str = ""
    is_removed: bool = False


class OnePictureWidget(forms.Widget):
    """`attrs["file"]` is the storage name of the current picture; `kept` is set by the field."""

    template = "backoffice/picture.html"
    needs_multipart_form = True

    class Media:
        css = {"all": ("backoffice/catalog.css",)}
        js = (Script("backoffice/pictures.js", defer=True),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.kept: KeptPicture | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> PostedPicture:
        return PostedPicture(
            upload=files.get(f"{name}-new"),
            token=data.get(f"{name}-kept", "")[:36],
            is_removed=bool(data.get(f"{name}-remove")),
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-new" if id_ else ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        file = self.kept.file if self.kept else self.attrs.get("file", "")
        return render_to_string(
            self.template,
            {
                "name": name,
                "id": (attrs or {}).get("id", ""),
                "kept": self.kept,
                "url": default_storage.url(file) if file else "",
                "accept": ACCEPT,
                "max_file": MAX_BYTES,
            },
        )


class OnePictureField(forms.Field):
    """Cleans to None (as it was), "" (no picture), or the token of a kept picture."""

    widget = OnePictureWidget

    def __init__(self, *, folder: str, longest_side: int, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.folder, self.longest_side = folder, longest_side

    def clean(self, value: Any) -> str | None:
        posted: PostedPicture = value or PostedPicture()
        widget = cast(OnePictureWidget, self.widget)
        if posted.upload is not None:
            widget.kept = self._keep(posted.upload)
            return widget.kept.token
        if posted.is_removed:
            return ""
        if not posted.token:
            return None
        widget.kept = find_kept([posted.token]).get(posted.token)
        if widget.kept is None:
            raise ValidationError(NO_LONGER_KEPT)
        return posted.token

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data and (data.upload or data.token or data.is_removed))

    def _keep(self, upload: UploadedFile) -> KeptPicture:
        try:
            picture = prepare_picture(upload, longest_side=self.longest_side, widths=())
        except DomainError as error:
            raise ValidationError(f"{upload.name}: {error}") from error
        return keep_picture(picture, folder=self.folder, name=upload.name or "")
