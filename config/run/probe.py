"""Exit code 0 if an address answers 200: the health check of a container that has no curl."""

import os
import sys
import urllib.error
import urllib.request


def main(address: str) -> int:
    host = os.environ.get("PLATFORM_HOSTS", "localhost").split(",")[0]
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  the operator's own address
    try:
        with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError):
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
