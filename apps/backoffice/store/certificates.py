"""Exemption certificates of customers: who pays no tax where, until when, with the file."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminFileFieldWidget

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.sites import store_admin
from apps.common.addresses import country_name, region_name
from apps.common.fields import LineField
from apps.pricing.certificates import (
    find_customer,
    kind_of,
    read_certificate,
    save_certificate,
)
from apps.pricing.errors import WrongCertificate
from apps.pricing.models import ExemptionCertificate


class CertificateForm(forms.ModelForm):
    email = LineField(
        label=_("Customer"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget,
        help_text=_("The e-mail address of the customer's account."),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "A PDF file or a picture. A new file takes the place of the one that is shown."
        ),
    )

    class Meta:
        model = ExemptionCertificate
        fields = ("number", "country", "region", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial.setdefault("email", self.instance.customer.email)

    def clean_email(self) -> str:
        try:
            self.instance.customer = find_customer(self.cleaned_data["email"])
        except WrongCertificate as error:
            raise ValidationError(error.fields["email"]) from error
        return self.instance.customer.email

    def clean_file(self) -> Any:
        upload = self.cleaned_data.get("file")
        if upload:
            self.content = upload.read()
            try:
                kind_of(self.content)
            except WrongCertificate as error:
                raise ValidationError(error.fields["file"]) from error
        return upload

    content: bytes | None = None


@admin.register(ExemptionCertificate, site=store_admin)
class CertificateAdmin(Admin):
    form = CertificateForm
    list_display = ("number", "shown_customer", "place", "valid_until", "shown_file")
    list_select_related = ("customer",)
    search_fields = ("number", "customer__email")
    readonly_fields = ("shown_file",)
    fields = ("email", "number", ("country", "region"), "valid_until", "file", "shown_file")
    card = Card(
        "number", side=("valid_until",), facts=("shown_customer", "place"), end=("shown_file",)
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view)
        address = "<uuid:certificate_id>/file/"
        return [path(address, view, name="pricing_exemptioncertificate_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, certificate_id: UUID) -> HttpResponse:
        """The file, to be saved: it was uploaded and is never shown as a page of ours."""
        row = get_object_or_404(ExemptionCertificate, pk=certificate_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if not row.path:
            raise Http404
        content, kind = read_certificate(row)
        ending = row.path.rpartition(".")[2]
        headers = {
            "Content-Disposition": f'attachment; filename="certificate-{row.pk}.{ending}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(content, content_type=kind, headers=headers)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        upload = form.cleaned_data.get("file")
        name = upload.name[:120] if upload else ""
        save_certificate(obj, content=form.content, file_name=name)

    @display(description=_("customer"), ordering="customer__email")
    def shown_customer(self, row: ExemptionCertificate) -> str:
        return row.customer.email

    @display(description=_("place"))
    def place(self, row: ExemptionCertificate) -> str:
        if not row.country:
            return gettext("Everywhere")
        names = [country_name(row.country), region_name(row.country, row.region)]
        return ", ".join(filter(None, names))

    @display(description=_("uploaded file"))
    def shown_file(self, row: ExemptionCertificate) -> SafeString | str:
        if not row.path:
            return "-"
        url = reverse("store_admin:pricing_exemptioncertificate_file", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, row.file_name or gettext("Download"))
