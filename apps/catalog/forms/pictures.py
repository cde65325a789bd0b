"""Pictures of a product in its form: existing ones with order, text and delete box, and new uploads.

A browser sends a chosen file once. So every good upload is kept when it comes (`apps.pictures`), also when the form is
refused for another reason; the page then shows it among the product's own and carries its token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.catalog.documents import Image
from apps.catalog.inputs import PicturesInput
from apps.catalog.limits import MAX_IMAGES
from apps.catalog.services.images import FOLDER
from apps.common.errors import DomainError
from apps.pictures import services as pictures
from apps.pictures.documents import KeptPicture
from apps.pictures.forms import NO_LONGER_KEPT
from apps.pictures.kinds import ACCEPT
from apps.pictures.limits import MAX_BYTES
from apps.pictures.preparing import prepare_picture
from apps.pictures.selectors import find_kept

_MAX_ALT = 200
_MAX_ROWS = 2 * MAX_IMAGES
_THUMBNAIL = 320
_MAX_SENT = 60 * 1024 * 1024  # of all files in one form; the web server in front has the last word


@dataclass(frozen=True)
class PictureRow:
    """One picture as the page shows it. `key` is the id of a picture or the token of a kept upload."""

    key: str
    url: str = ""
    alt: str = ""
    name: str = ""
    is_new: bool = False
    is_removed: bool = False


@dataclass(frozen=True)
class PostedPictures:
    """The posted pictures, in the order that staff chose."""

    rows: Sequence[PictureRow] = ()
    uploads: Sequence[UploadedFile] = ()


@dataclass(frozen=True)
class Gathered:
    """The rows for the next page, the token of every upload by its field (`new-0`), and the errors."""

    rows: list[PictureRow] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class PicturesWidget(forms.Widget):
    """`gathered` is set by the field once it has looked at the uploads; `attrs["images"]` are the product's own."""

    template = "backoffice/pictures.html"
    needs_multipart_form = True

    class Media:
        css = {"all": ("backoffice/catalog.css",)}
        js = (Script("backoffice/pictures.js", defer=True),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.gathered: Gathered | None = None

    @property
    def rows(self) -> list[PictureRow]:
        if self.gathered is not None:
            return self.gathered.rows
        return [own_row(image) for image in self.attrs.get("images", ())]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> PostedPictures:
        keys = [text[:36] for text in data.getlist(f"{name}-id")[:_MAX_ROWS]]
        rows = [
            PictureRow(
                key=key,
                alt=data.get(f"{name}-{key}-alt", ""),
                is_removed=bool(data.get(f"{name}-{key}-remove")),
            )
            for key in dict.fromkeys(keys)
        ]
        places = {key: _place(data.get(f"{name}-{key}-place"), keys.index(key)) for key in keys}
        return PostedPictures(
            rows=sorted(rows, key=lambda row: places[row.key]), uploads=files.getlist(f"{name}-new")
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-new" if id_ else ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string(
            self.template,
            {
                "rows": self.rows,
                "name": name,
                "id": (attrs or {}).get("id", ""),
                "accept": ACCEPT,
                "max_file": MAX_BYTES,
                "max_sent": _MAX_SENT,
            },
        )


class PicturesField(forms.Field):
    """Cleans to `PicturesInput`. Every valid upload is processed and stored, even if the form is refused."""

    widget = PicturesWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> PicturesInput:
        posted: PostedPictures = value or PostedPictures()
        own = {image.id: image for image in self.widget.attrs.get("images", ())}
        gathered = _gather(posted, own)
        self.widget.gathered = gathered
        if gathered.problems:
            raise ValidationError(gathered.problems)
        wanted = [row for row in gathered.rows if not row.is_removed]
        return PicturesInput(
            order=[row.key for row in wanted],
            alts={row.key: row.alt for row in wanted if row.alt or not row.is_new},
        )

    @property
    def aliases(self) -> Mapping[str, str]:
        """From `new-0`, the first upload of this form, to its token."""
        gathered = cast(PicturesWidget, self.widget).gathered
        return gathered.aliases if gathered else {}

    @property
    def rows(self) -> Sequence[PictureRow]:
        """As the page shows them."""
        return cast(PicturesWidget, self.widget).rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        own = [own_row(image) for image in self.widget.attrs.get("images", ())]
        shown = [(row.key, row.alt) for row in own]
        return bool(data) and (
            bool(data.uploads)
            or any(row.is_removed for row in data.rows)
            or [(row.key, row.alt) for row in data.rows] != shown
        )


def own_row(image: Image) -> PictureRow:
    return PictureRow(key=image.id, url=_thumbnail(image), alt=image.alt)


def _gather(posted: PostedPictures, own: Mapping[str, Image]) -> Gathered:
    found = Gathered()
    kept = find_kept([row.key for row in posted.rows if row.key not in own])
    for row in posted.rows:
        if row.key in own:
            found.rows.append(replace(row, url=_thumbnail(own[row.key])))
        elif row.key in kept:
            found.rows.append(_kept_row(kept[row.key], row))
        elif not row.is_removed:
            found.problems.append(str(NO_LONGER_KEPT))
    if any(len(row.alt) > _MAX_ALT for row in found.rows):
        too_long = gettext("A description has at most %(max_alt)s characters.")
        found.problems.append(too_long % {"max_alt": _MAX_ALT})
    for number, upload in enumerate(posted.uploads):
        _gather_upload(found, number, upload)
    return found


def _gather_upload(found: Gathered, number: int, upload: UploadedFile) -> None:
    name = upload.name or gettext("The file")
    if sum(not row.is_removed for row in found.rows) >= MAX_IMAGES:
        found.problems.append(
            gettext("%(name)s: A product has at most %(max_images)s pictures.")
            % {"name": name, "max_images": MAX_IMAGES}
        )
        return
    try:
        kept = pictures.keep_picture(prepare_picture(upload), folder=FOLDER, name=name)
    except DomainError as error:
        found.problems.append(f"{name}: {error}")
        return
    found.rows.append(_kept_row(kept, PictureRow(key=kept.token)))
    found.aliases[f"new-{number}"] = kept.token


def _kept_row(kept: KeptPicture, posted: PictureRow) -> PictureRow:
    smallest = min(kept.renditions.values(), key=lambda entry: int(entry["width"]))
    return replace(posted, url=default_storage.url(smallest["file"]), name=kept.name, is_new=True)


def _thumbnail(image: Image) -> str:
    return default_storage.url(image.file_for(_THUMBNAIL))


def _place(text: str | None, otherwise: int) -> float:
    """The typed number; a row with an invalid number keeps its position."""
    try:
        return float(int(text or ""))
    except ValueError:
        return otherwise + 1.0
