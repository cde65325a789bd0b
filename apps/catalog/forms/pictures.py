"""Pictures of a product in its form: what is there with order, text and delete box, and new uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.catalog.documents import Image
from apps.catalog.limits import MAX_IMAGES
from apps.catalog.pictures import prepare_picture
from apps.common.errors import DomainError

_MAX_ALT = 200
_THUMBNAIL = 320


@dataclass(frozen=True)
class PictureChanges:
    """What staff want: `order` are ids, first to last; `alts` by id; `removed` ids; `uploads` to append."""

    order: Sequence[str] = ()
    alts: dict[str, str] = field(default_factory=dict)
    removed: Sequence[str] = ()
    uploads: Sequence[UploadedFile] = ()


class PicturesWidget(forms.Widget):
    template = "backoffice/pictures.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> PictureChanges:
        ids = [text[:36] for text in data.getlist(f"{name}-id")[:MAX_IMAGES]]
        kept = [one for one in ids if not data.get(f"{name}-{one}-remove")]
        return PictureChanges(
            order=sorted(
                kept, key=lambda one: _place(data.get(f"{name}-{one}-place"), ids.index(one))
            ),
            alts={one: data.get(f"{name}-{one}-alt", "") for one in kept},
            removed=[one for one in ids if one not in kept],
            uploads=files.getlist(f"{name}-new"),
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-new" if id_ else ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """After a refused form the browser has lost the uploads: the stored pictures are shown again."""
        images: Sequence[Image] = self.attrs.get("images", ())
        rows = [
            {"image": image, "url": default_storage.url(image.file_for(_THUMBNAIL)), "place": place}
            for place, image in enumerate(images, start=1)
        ]
        return render_to_string(
            self.template, {"rows": rows, "name": name, "id": (attrs or {}).get("id", "")}
        )


class PicturesField(forms.Field):
    """Cleans to `PictureChanges`; every upload has been opened and found to be a picture."""

    widget = PicturesWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> PictureChanges:
        changes: PictureChanges = value or PictureChanges()
        if len(changes.order) + len(changes.uploads) > MAX_IMAGES:
            raise ValidationError(f"A product has at most {MAX_IMAGES} pictures.")
        if any(len(alt) > _MAX_ALT for alt in changes.alts.values()):
            raise ValidationError(f"A description has at most {_MAX_ALT} characters.")
        for upload in changes.uploads:
            try:
                prepare_picture(upload)
            except DomainError as error:
                raise ValidationError(f"{upload.name}: {error}") from error
        return changes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data and (data.uploads or data.removed))


def _place(text: str | None, otherwise: int) -> float:
    """A number as typed; a row whose number is not one stays where it was."""
    try:
        return float(int(text or ""))
    except ValueError:
        return otherwise + 1.0
