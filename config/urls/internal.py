"""What the parts of an installation ask each other; visitors find no page there."""

from django.urls import path

from apps.platform.asked_for_certificates import certificate
from apps.platform.certificates import PATH

internal_urls = [path(PATH.removeprefix("/"), certificate, name="certificate")]
