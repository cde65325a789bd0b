"""How much each store uses, by days."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

# Days of stores that are older are deleted. Months of limits and the chart of a store need those of two months.
USAGE_DAYS: int = env.int("USAGE_DAYS", default=400)
if USAGE_DAYS < 62:
    raise ImproperlyConfigured("USAGE_DAYS is at least 62.")

# Each call with an API key is listed for so many days; 0 lists none.
API_LOG_DAYS: int = env.int("API_LOG_DAYS", default=30)
# After so many days only the network of a caller's address is kept.
API_LOG_ADDRESS_DAYS: int = env.int("API_LOG_ADDRESS_DAYS", default=7)
if min(API_LOG_DAYS, API_LOG_ADDRESS_DAYS) < 0:
    raise ImproperlyConfigured("API_LOG_DAYS and API_LOG_ADDRESS_DAYS are days.")
