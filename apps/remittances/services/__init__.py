"""Every write of remittances."""

from apps.remittances.services.booking import book_remittance, discard_remittance
from apps.remittances.services.uploading import MOST_BYTES, upload_remittance

__all__ = ["MOST_BYTES", "book_remittance", "discard_remittance", "upload_remittance"]
