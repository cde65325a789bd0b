"""What other systems send, and calls to them."""

from config.settings.environment import env

# Days that bodies and headers of messages are kept. The rows stay, so that an old message is not handled twice.
INBOX_KEEP_DAYS: int = env.int("INBOX_KEEP_DAYS", default=90)
# The longest body of a webhook of an integration, in bytes.
INTEGRATION_MAX_BODY: int = env.int("INTEGRATION_MAX_BODY", default=1024 * 1024)
# How long a call to an outside system of an integration may take.
INTEGRATION_TIMEOUT_SECONDS: float = env.float("INTEGRATION_TIMEOUT_SECONDS", default=15.0)
# Hours that the previous secret of a webhook is still taken after a new one was made.
WEBHOOK_SECRET_OVERLAP_HOURS: int = env.int("WEBHOOK_SECRET_OVERLAP_HOURS", default=72)
# Where EasyEcom and ClickPost are.
EASYECOM_API_URL: str = env.str("EASYECOM_API_URL", default="https://api.easyecom.io")
CLICKPOST_API_URL: str = env.str("CLICKPOST_API_URL", default="https://www.clickpost.in")
CLICKPOST_TEST_API_URL: str = env.str("CLICKPOST_TEST_API_URL", default="https://test.clickpost.in")
# Where ClickPost says how long a parcel takes, and how long a call to it may take.
CLICKPOST_DATE_API_URL: str = env.str("CLICKPOST_DATE_API_URL", default="https://ds.clickpost.in")
CLICKPOST_TIMEOUT_SECONDS: float = env.float("CLICKPOST_TIMEOUT_SECONDS", default=8.0)
# The longest label of a carrier that is fetched, in bytes.
CLICKPOST_LABEL_BYTES: int = env.int("CLICKPOST_LABEL_BYTES", default=5 * 1024 * 1024)
# The page of the vendors of a demonstration (`python -m tests.vendors`); empty where there are none. EasyEcom answers at the next
# port, ClickPost at the one after it.
DEMO_VENDORS_URL: str = env.str("DEMO_VENDORS_URL", default="")
