"""How much each store uses, by days."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

# Days of stores that are older are deleted. Months of limits and the chart of a store need those of two months.
USAGE_DAYS: int = env.int("USAGE_DAYS", default=400)
if USAGE_DAYS < 62:
    raise ImproperlyConfigured("USAGE_DAYS is at least 62.")
