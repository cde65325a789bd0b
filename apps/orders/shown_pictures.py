"""An order shows what was sold as it was: the picture of a line stays when the product's is deleted."""

from collections.abc import Collection

from django.core.files.storage import default_storage

from apps.orders.models import OrderLine
from apps.pictures.shown_elsewhere import shows_pictures


@shows_pictures
def find_pictures_of_lines(files: Collection[str]) -> set[str]:
    """A line keeps the address of a file. One query."""
    by_address = {default_storage.url(file): file for file in files}
    lines = OrderLine.objects.filter(image_url__in=by_address).values_list("image_url", flat=True)
    return {by_address[address] for address in lines.distinct()}
