from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from oscar_shop.taxes import charge_gst  # noqa: E402  the apps are ready now

charge_gst()
