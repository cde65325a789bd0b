"""The two admin sites: the platform's at the platform's address, each store's at its own `/admin/`."""

from unfold.sites import UnfoldAdminSite


class PlatformAdminSite(UnfoldAdminSite):
    """For the people who run the platform: users of the master database."""

    settings_name = "PLATFORM_ADMIN"


class StoreAdminSite(UnfoldAdminSite):
    """For a store's staff: users of the store's own database."""

    settings_name = "STORE_ADMIN"


platform_admin = PlatformAdminSite(name="platform_admin")
store_admin = StoreAdminSite(name="store_admin")
