"""Addresses on the platform's host."""

from django.urls import path

from apps.owners.views import accounts, entrance, opening, stores, visits

app_name = "owners"

urlpatterns = [
    path("signup/", entrance.sign_up, name="sign_up"),
    path("signup/<str:token>/", entrance.new_account, name="new_account"),
    path("login/", entrance.log_in, name="login"),
    path("login/forgotten/", entrance.forgotten, name="forgotten"),
    path("login/password/<str:key>/<str:token>/", entrance.new_password, name="new_password"),
    path("logout/", entrance.log_out, name="logout"),
    path("stores/", stores.stores_page, name="stores"),
    path("stores/new/", opening.new_store, name="new_store"),
    path("stores/new/address/", opening.address, name="address"),
    path("stores/<uuid:store_id>/", opening.store_page, name="store"),
    path("stores/<uuid:store_id>/progress/", opening.progress, name="progress"),
    path("stores/<uuid:store_id>/retry/", opening.retry, name="retry"),
    path("stores/<uuid:store_id>/login/", opening.first_login, name="first_login"),
    path("stores/<uuid:store_id>/invoices/<uuid:invoice_id>/", stores.invoice_file, name="invoice"),
    path("stores/<uuid:store_id>/enter/", visits.enter_admin, name="enter_admin"),
    path("account/", accounts.account_page, name="account"),
]
