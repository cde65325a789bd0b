"""Store home: how a store looks, one row, and its pages of words, in the store's SQL database."""

from pathlib import PurePath

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.common.ids import random_token
from apps.tenancy.models import StoreModel

_HEX = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six hexadecimal digits, such as #1f4d3a.")
)


def logo_name(theme: "Theme", filename: str) -> str:
    """Random, so that browsers may keep the file forever."""
    return f"theme/{random_token()}{PurePath(filename).suffix.lower()[:8]}"


class FontPair(models.TextChoices):
    MODERN = "modern", _("Modern (Inter)")
    CLASSIC = "classic", _("Classic (serif headings)")
    HUMANIST = "humanist", _("Humanist")
    SYSTEM = "system", _("The visitor's own system font")


class Theme(StoreModel):
    """One row (`key` is always `store`). Colours for text on the brand colour are computed, so they always read well."""

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    brand = models.CharField("brand colour", max_length=7, default="#1f4d3a", validators=[_HEX])
    accent = models.CharField("accent colour", max_length=7, default="#b4471f", validators=[_HEX])
    fonts = models.CharField(max_length=10, choices=FontPair.choices, default=FontPair.MODERN)
    radius = models.PositiveSmallIntegerField(
        "corner radius (px)", default=10, validators=[MaxValueValidator(32)]
    )
    logo = models.ImageField(
        upload_to=logo_name, blank=True, width_field="logo_width", height_field="logo_height"
    )
    logo_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    tagline = models.CharField(max_length=160, blank=True)
    announcement = models.CharField(max_length=160, blank=True)
    hero_title = models.CharField(max_length=120, blank=True)
    hero_text = models.CharField(max_length=300, blank=True)
    contact_email = models.EmailField(blank=True)
    latin_addresses = models.BooleanField(
        "addresses in Latin letters",
        default=False,
        db_default=False,
        help_text=_(
            "New products and categories get addresses such as /product/masala-cay/ for titles in any script. "
            "Otherwise an address has the letters of the title."
        ),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("theme")

    def __str__(self) -> str:
        return "Theme"


class Purpose(models.TextChoices):
    """The purpose of a page, by which other pages link to it."""

    ABOUT = "about", _("About us")
    CONTACT = "contact", _("Contact")
    SHIPPING = "shipping", _("Shipping")
    RETURNS = "returns", _("Returns and refunds")
    PRIVACY = "privacy", _("Privacy")
    TERMS = "terms", _("Terms")
    GRIEVANCE = "grievance", _("Grievance officer")
    OTHER = "other", _("Something else")


class Page(StoreModel):
    """A page of words at `/pages/<slug>/`. `body` is HTML that was made safe when it was saved."""

    shown_on_pages = True

    title = models.CharField(max_length=120)
    slug = models.SlugField(
        "address", max_length=120, unique=True, allow_unicode=True, db_index=False
    )
    slug_spelling = models.CharField(
        max_length=240, blank=True, default="", db_default="", editable=False
    )
    body = models.TextField(blank=True)
    description = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("For search engines. Empty: the beginning of the text."),
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.OTHER)
    is_published = models.BooleanField("published", default=False)
    in_footer = models.BooleanField(
        "in the footer",
        default=True,
        help_text=_("At the foot of every page, once it is published."),
    )
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "title", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def link_slug(self) -> str:
        """The slug as links write it, with its joiners."""
        return self.slug_spelling or self.slug
