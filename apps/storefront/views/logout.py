"""Logging out."""

from allauth.account.views import LogoutView
from django.http import HttpRequest, HttpResponse

from apps.storefront.cookies import forget_cart


class StorefrontLogoutView(LogoutView):
    """allauth's, and the cart's count goes with the customer whose cart it was."""

    http_method_names = ("get", "head", "post", "options")

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)
        forget_cart(response)
        return response
