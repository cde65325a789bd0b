"""Draw the demo's pictures anew after a change of looks or shapes: `python -m tools.demo_pictures ["Kulhad Cup" ...]`."""

import sys

from config.run.chromium import find_chromium
from tools.demo_pictures.drawing import TARGET, draw_all
from tools.demo_pictures.looks import SHOPS


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium is needed to draw. On Debian: apt-get install chromium")
    draw_all(SHOPS, str(chromium), sys.argv[1:])
    files = list(TARGET.rglob("*.webp"))
    kilobytes = sum(path.stat().st_size for path in files) // 1024
    print(f"{len(files)} pictures, {kilobytes} KB, in {TARGET}")


if __name__ == "__main__":
    main()
