"""How much of a call the API log keeps, in characters."""

from typing import Final

MOST_ENDPOINT: Final = 200
MOST_KEY_NAME: Final = 80
MOST_AGENT: Final = 200
MOST_ERROR: Final = 60
MOST_REQUEST_ID: Final = 64
