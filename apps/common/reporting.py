"""Redaction of Django's error pages and mails."""

import re
from typing import Any, Final

from django.utils.functional import Promise
from django.views.debug import SafeExceptionReporterFilter

_LOGIN: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/@\s'\"]*@")


class AddressAwareFilter(SafeExceptionReporterFilter):
    """Django hides settings by their names; this one also hides the login inside any address (`redis://:word@host`)."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        if isinstance(value, Promise):  # an address of one site can't be made on a page of another
            return type(value).__name__
        cleansed = super().cleanse_setting(key, value)
        if isinstance(cleansed, str):
            return _LOGIN.sub(rf"\g<scheme>{self.cleansed_substitute}@", cleansed)
        return cleansed
