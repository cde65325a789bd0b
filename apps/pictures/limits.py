"""Size limits of uploads and of their renditions."""

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_500_000  # what a phone makes at its finest setting
LONGEST_SIDE = 4000
RENDITION_WIDTHS = (320, 640, 1280)
MAX_PROFILE_BYTES = 4 * 1024 * 1024
AT_ONCE = (
    1  # pictures worked on at the same time in one process; the largest take 600 MB for seconds
)
KEPT_HOURS = 24  # how long an upload waits for its form to be sent again
