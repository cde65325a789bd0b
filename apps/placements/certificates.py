"""Certificates of providers as files, because drivers read only files."""

import hashlib
from pathlib import Path

from django.conf import settings


def certificate_file(certificate: str) -> Path:
    """Certificates are public; the name is their hash, so a file is written once and never changed."""
    folder = settings.LOCAL_DIR / "certificates"
    path: Path = folder / f"{hashlib.sha256(certificate.encode()).hexdigest()}.crt"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{id(certificate)}")
        half.write_text(certificate, encoding="ascii", errors="replace")
        half.replace(path)
    return path
