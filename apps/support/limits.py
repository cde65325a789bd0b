"""Numbers of tickets: sizes of texts, files and mails."""

from datetime import timedelta
from typing import Final

MAX_SUBJECT: Final = 160
MAX_TEXT: Final = 10_000
MAX_MAIL_TEXT: Final = 30_000
MAX_COMMENT: Final = 1_000
MAX_FILES: Final = 5  # with one message
MAX_BYTES_AT_ONCE: Final = 20 * 1024 * 1024
MAX_FILES_OF_TICKET: Final = 60
MAX_FILE_BYTES: Final = 8 * 1024 * 1024
MAX_TEXT_FILE_BYTES: Final = 1024 * 1024
MAX_MESSAGES: Final = 500  # of one ticket
PICTURE_SIDE: Final = 2_400
MAX_MAIL_BYTES: Final = 10 * 1024 * 1024
KEEP_RAW_MAIL: Final = timedelta(days=30)
# Tickets of one address in an hour that are confirmed by mail: programs that answer each other come to an end.
CONFIRMED_IN_AN_HOUR: Final = 5
