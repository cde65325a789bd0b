"""Accounts that merchants make themselves."""

from config.settings.environment import env

# Whether anyone may sign up and open stores on the platform's host. Closed: operators open the stores.
SIGNUP_OPEN: bool = env.bool("SIGNUP_OPEN", default=False)
# How long the link in a mail of the sign-up works
SIGNUP_LINK_HOURS: int = env.int("SIGNUP_LINK_HOURS", default=24)
