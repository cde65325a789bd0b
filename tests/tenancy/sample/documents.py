"""Documents of the tests: rows live in MongoDB (alias `documents`)."""

from decimal import Decimal

from django.db import models
from django_mongodb_backend.fields import (
    ArrayField,
    EmbeddedModelArrayField,
    EmbeddedModelField,
    ObjectIdField,
)
from django_mongodb_backend.models import EmbeddedModel

from apps.tenancy.documents.indexes import PathIndex
from apps.tenancy.documents.models import Document


class Size(EmbeddedModel):
    width = models.IntegerField()
    made_on = models.DateField(null=True)

    class Meta:
        app_label = "sample"


class Part(EmbeddedModel):
    sku = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        app_label = "sample"


class Shelf(Document):
    name = models.CharField(max_length=40)

    class Meta:
        app_label = "sample"
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="sample_shelf_name")]


class Thing(Document):
    slug = models.SlugField(max_length=80, db_index=False)
    title = models.CharField(max_length=120)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    is_active = models.BooleanField(default=True)
    barcode = models.CharField(max_length=40, null=True)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    codes = ArrayField(models.CharField(max_length=40), default=list)
    size = EmbeddedModelField(Size, null=True)
    parts = EmbeddedModelArrayField(Part, default=list)
    attributes = models.JSONField(default=dict)
    shelf = models.ForeignKey(Shelf, null=True, on_delete=models.CASCADE, db_index=False)
    shelf_ref = ObjectIdField(null=True)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "sample"
        constraints = [
            models.UniqueConstraint(fields=["store", "slug"], name="sample_thing_slug"),
            models.UniqueConstraint(fields=["store", "barcode"], name="sample_thing_barcode"),
            models.UniqueConstraint(fields=["store", "codes"], name="sample_thing_codes"),
        ]
        indexes = [
            models.Index(fields=["store", "-price"], name="sample_thing_price"),
            PathIndex(fields=["store"], paths=["parts.sku"], unique=True, name="sample_thing_sku"),
        ]
