"""`python -m tools.invoice_fonts FOLDER JAPANESE.ttf`: the fonts of printed invoices, with the signs they need and no more.

FOLDER is Debian's `/usr/share/fonts/truetype/noto` (`fonts-noto-core` 20201225-1), the other file is
`400Regular/NotoSansJP_400Regular.ttf` of npm's `@expo-google-fonts/noto-sans-jp` 0.4.3. Needs `pyftsubset` (fonttools) and
`fc-query` (fontconfig).
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).resolve().parent.parent / "apps/invoices/printing/fonts"
_LATIN: Final = (
    "U+0020-024F,U+0259,U+02B0-02FF,U+0300-0304,U+0306-030C,U+0323,U+0328,U+0370-03FF,U+0400-04FF,U+1E00-1EFF,"
    "U+2000-206F,U+2070-209F,U+20A0-20C0,U+2100-214F,U+2190-2193,U+2212,U+2215,U+2260,U+2264,U+2265,U+FB01,U+FB02,"
    "U+FFFD"
)
_JOINERS: Final = "U+0964,U+0965,U+200C,U+200D,U+25CC"
_SCRIPTS: Final = {
    "Devanagari": "U+0900-097F,U+1CD0-1CFF,U+20B9,U+A8E0-A8FF",
    "Bengali": "U+0980-09FF",
    "Gurmukhi": "U+0A00-0A7F",
    "Gujarati": "U+0A80-0AFF",
    "Oriya": "U+0B00-0B7F",
    "Tamil": "U+0B80-0BFF",
    "Telugu": "U+0C00-0C7F",
    "Kannada": "U+0C80-0CFF",
    "Malayalam": "U+0D00-0D7F",
    "Arabic": "U+0600-06FF,U+0750-077F,U+FB50-FBFF,U+FE70-FEFF",
    "Hebrew": "U+0590-05FF",
    "Thai": "U+0E00-0E7F",
}
# The rows of JIS X 0208 with punctuation, kana and the kanji of level 1.
_ROWS: Final = (*range(1, 9), *range(16, 48))
_UNUSED_TABLES: Final = "vhea,vmtx,GSUB,GPOS,BASE"


def japanese() -> str:
    """Kana, punctuation and the 2,965 kanji of level 1."""
    found = {*range(0x3000, 0x3100), *range(0xFF00, 0xFFF0), 0xA5}
    for row in _ROWS:
        for cell in range(1, 95):
            sign = bytes([0xA0 + row, 0xA0 + cell]).decode("euc_jp", errors="ignore")
            if sign and not 0x370 <= ord(sign) < 0x500 and not 0x2500 <= ord(sign) < 0x2580:
                found.update(each for each in map(ord, sign) if each > 0x2FF)
    return ",".join(f"U+{each:04X}" for each in sorted(found))


def subset(source: Path, name: str, signs: str, *options: str) -> None:
    """Without hints: screens and printers of today don't need them."""
    target = TARGET / name
    command = ["pyftsubset", str(source), f"--output-file={target}", f"--unicodes={signs}"]
    subprocess.run([*command, "--no-hinting", *options], check=True)


def main(folder: Path, japanese_font: Path) -> None:
    for weight in ("Regular", "Bold"):
        name = f"NotoSans-{weight}.ttf"
        subset(folder / name, name, _LATIN, "--layout-features=*")
    for script, signs in _SCRIPTS.items():
        name = f"NotoSans{script}-Regular.ttf"
        subset(folder / name, name, f"{signs},{_JOINERS}", "--layout-features=*")
    name = "NotoSansJP-Regular.ttf"
    subset(
        japanese_font, name, japanese(), "--layout-features=", f"--drop-tables+={_UNUSED_TABLES}"
    )
    covered = [
        subprocess.run(
            ["fc-query", "--format=%{charset}\n", str(font)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for font in sorted(TARGET.glob("*.ttf"))
    ]
    (TARGET / "coverage.txt").write_text("".join(covered))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
