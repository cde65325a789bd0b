"""`auth/...` on every host, `users/...` and registering on stores."""

from django.urls import path

from apps.accounts.api import schemas as schemas
from apps.accounts.api import sessions, views

login_urls = [
    path("auth/login", sessions.LoginView.as_view(), name="auth-login"),
    path("auth/logout", sessions.LogoutView.as_view(), name="auth-logout"),
    path("auth/refresh-token", sessions.RefreshView.as_view(), name="auth-refresh"),
]

urlpatterns = [
    path("auth/register", sessions.RegisterView.as_view(), name="auth-register"),
    *login_urls,
    path("users/profile", views.ProfileView.as_view(), name="users-profile"),
    path("users/addresses", views.AddressListView.as_view(), name="users-addresses"),
    path("users/addresses/<uuid:address_id>", views.AddressView.as_view(), name="users-address"),
]
