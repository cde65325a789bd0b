"""`2026-11-28, 8:36 PM`: year first, 12 hours."""

DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "Y-m-d, g:i A"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d, g:i A"
FIRST_DAY_OF_WEEK = 0
