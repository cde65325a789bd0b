#!/bin/sh
# One would guess: a text is set in the direction of its script, or in the direction that the template sets.
#
# typst 0.15.2: with `lang: "pa"` a page is set from the right, in Gurmukhi as well, the script of Punjabi in India, which is
# written from the left: a column for the end of the line is on the left. With `dir: ltr` the columns are right, but the text
# in the PDF file is still in reversed order: a search finds nothing. The same with `ks` and `sd`, which are written both ways.
# Polystore: such a text is set as `en` (apps/invoices/printing/values.py, `look`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check typst==0.15.2 pypdfium2==5.15.2
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import pypdfium2
import typst

print("typst", version("typst"))
read = {}
for said in ('lang: "en"', 'lang: "pa"', 'lang: "pa", dir: ltr', 'lang: "ks", dir: ltr', 'lang: "sd", dir: ltr'):
    page = f"#set text({said})\n#grid(columns: (1fr, auto), [one], [Total 5 €])"
    [sheet] = pypdfium2.PdfDocument(typst.compile(page.encode()))
    words = sheet.get_textpage().get_text_range().split()
    read[said] = words
    print(f"{said:24}", words)
right = ["one", "Total", "5", "€"]
raise SystemExit(not (read['lang: "en"'] == right and all(words != right for said, words in read.items() if '"en"' not in said)))
PYTHON
