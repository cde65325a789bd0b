"""`28 Nov 2026, 20:36`: as `en`, which Django would otherwise overrule with its own for Britain."""

from config.formats.en.formats import *  # noqa: F403
