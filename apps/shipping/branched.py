"""Publishing zones, profiles, pickup places and dispatch times of a sandbox."""

from apps.operations.sandboxes.publishable import Content, publishes
from apps.shipping.models import DispatchTimes, PickupPlace, Profile, Zone

publishes(Content(Zone, "shipping zone", title=lambda row: str(row["name"])))
publishes(Content(Profile, "shipping profile", title=lambda row: str(row["name"])))
publishes(Content(PickupPlace, "pickup place", title=lambda row: str(row["name"])))
publishes(Content(DispatchTimes, "dispatch times", title=lambda row: "Dispatch times"))
