"""`28 Nov 2026, 8:36 PM`: day first, 12 hours."""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "j M Y, g:i A"
SHORT_DATETIME_FORMAT = "j M Y, g:i A"
FIRST_DAY_OF_WEEK = 0
