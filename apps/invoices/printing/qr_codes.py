"""QR codes as pictures that Typst takes."""

from io import BytesIO

import segno

# White modules around it, as ISO/IEC 18004 wants.
_BORDER = 4


def qr_picture(text: str) -> str:
    """As SVG; the same text gives the same picture."""
    buffer = BytesIO()
    segno.make_qr(text, error="l").save(
        buffer, kind="svg", border=_BORDER, xmldecl=False, omitsize=True, nl=False
    )
    return buffer.getvalue().decode()
