"""Errors of the catalog."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, LimitReached, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"
    title = _("There is no such product.")


class CategoryNotFound(NotFound):
    code = "category_not_found"
    title = _("There is no such category.")


class ImageNotFound(NotFound):
    code = "image_not_found"
    title = _("This product has no such image.")


class InvalidProduct(InvalidInput):
    """`fields` names every wrong value by its path, such as `variants.2.sku`."""

    code = "invalid_product"
    title = _("Some values of the product are not valid.")


class InvalidCategory(InvalidInput):
    code = "invalid_category"
    title = _("Some values of the category are not valid.")


class TooManyImages(LimitReached):
    code = "too_many_images"
    title = _("This product has as many pictures as it can have.")


class ProductChanged(Conflict):
    """The product was saved after it was read; read it again and repeat."""

    code = "product_changed"
    title = _("Another user changed the product in the meantime.")


class CategoryChanged(Conflict):
    """The category was saved after it was read; read it again and repeat."""

    code = "category_changed"
    title = _("Another user changed the category in the meantime.")


class TakenMeanwhile(Conflict):
    """Another writer took the address or the SKU between the check and the write; `fields` names it. A repeated request
    gets an answer from the new state."""

    code = "taken_meanwhile"
    title = _("Another request used the same address or SKU at the same moment. Please try again.")


class CategoryNotEmpty(Conflict):
    code = "category_not_empty"
    title = _("This category has subcategories. Move or delete them first.")
