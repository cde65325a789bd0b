"""Errors of uploaded pictures."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput


class ImageRejected(InvalidInput):
    """The upload is not a picture we take; the sentence says why, and what can be done. It is at `file`."""

    code = "image_rejected"
    title = _("This file can't be used as a picture.")

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, fields={"file": [sentence]})
