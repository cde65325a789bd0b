"""Log in, register, log out, passwords: allauth's views with our templates, under `/account/`."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
