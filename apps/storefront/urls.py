"""The pages of a store."""

from django.urls import URLPattern, path, register_converter

from apps.common.slugs import PageConverter
from apps.storefront.views import (
    account,
    browsing,
    cart_lines,
    carts,
    checkout,
    delivery,
    drafts,
    gift_cards,
    machines,
    mail_wishes,
    notices,
    orders,
    pages,
    parcels,
    products,
    returns,
    shared_carts,
    support,
    theme_files,
    tracking,
)

register_converter(PageConverter, "page")
app_name = "storefront"


def ticket_paths(base: str, name: str) -> list[URLPattern]:
    """A ticket's page and its forms: for the holder of its link, and for its buyer who logged in."""
    verbs = {
        "reply": support.reply,
        "close": support.close,
        "reopen": support.reopen,
        "rate": support.rate,
    }
    return [
        path(base, support.ticket, name=name),
        *(path(f"{base}{verb}/", view, name=f"{name}_{verb}") for verb, view in verbs.items()),
        path(f"{base}files/<uuid:file_id>/", support.attachment, name=f"{name}_file"),
    ]


urlpatterns = [
    path("", browsing.home, name="home"),
    path("search/", browsing.search, name="search"),
    path("search/suggest/", browsing.suggest, name="suggest"),
    path("category/<page:slug>/", browsing.category, name="category"),
    path("product/<page:slug>/", products.product, name="product"),
    path("product/<page:slug>/notice/", notices.ask, name="notice_ask"),
    path("back-in-stock/<str:token>/", notices.notice, name="notice"),
    path("cart/", carts.cart, name="cart"),
    path("cart/add/", carts.add, name="cart_add"),
    path("cart/code/", carts.code, name="cart_code"),
    path("cart/fit/", carts.fit, name="cart_fit"),
    path("cart/items/<slug:line>/", carts.update, name="cart_update"),
    path("cart/items/<slug:line>/save/", cart_lines.save, name="cart_save"),
    path("cart/items/<slug:line>/seen/", cart_lines.seen, name="cart_seen"),
    path("cart/saved/<slug:line>/", cart_lines.saved, name="cart_saved"),
    path("cart/notices/", cart_lines.notices, name="cart_notices"),
    path("cart/merge/", cart_lines.merge, name="cart_merge"),
    path("cart/share/", shared_carts.share, name="cart_share"),
    path("cart/shared/<str:token>/", shared_carts.shared, name="cart_shared"),
    path("cart/reminder/<str:token>/", shared_carts.reminder, name="cart_reminder"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("delivery/", delivery.delivery, name="delivery"),
    path("gift-card/", gift_cards.balance, name="gift_card"),
    path("gift-card/print/", gift_cards.printed, name="gift_card_print"),
    path("orders/<slug:access_token>/", orders.order, name="order"),
    path("orders/<slug:access_token>/pay/", orders.pay, name="order_pay"),
    path("orders/<slug:access_token>/confirm/", orders.confirm, name="order_confirm"),
    path("orders/<slug:access_token>/again/", orders.again, name="order_again"),
    path(
        "orders/<slug:access_token>/gift-cards/<uuid:card_id>/",
        orders.gift_card,
        name="order_gift_card",
    ),
    path("orders/<slug:access_token>/keep/", orders.keep, name="order_keep"),
    path(
        "orders/<slug:access_token>/documents/<uuid:document_id>/",
        orders.document,
        name="order_document",
    ),
    path(
        "orders/<slug:access_token>/parcels/<uuid:shipment_id>/proof/",
        orders.proof,
        name="order_proof",
    ),
    path(
        "orders/<slug:access_token>/parcels/<uuid:shipment_id>/answer/",
        parcels.to_answer,
        name="order_parcel_answer",
    ),
    path("parcels/<slug:link>/", parcels.answer, name="parcel_answer"),
    path("orders/<slug:access_token>/ask/", support.contact, name="order_ask"),
    path("contact/", support.contact, name="contact"),
    path("contact/sent/", support.sent, name="contact_sent"),
    *ticket_paths("requests/<slug:access_token>/", "ticket"),
    *ticket_paths("account/requests/<slug:number>/", "account_ticket"),
    path("account/requests/", support.tickets, name="account_tickets"),
    path("offers/<slug:access_token>/", drafts.draft, name="draft"),
    path("orders/<slug:access_token>/return/", returns.new, name="order_return_new"),
    path("orders/<slug:access_token>/returns/<slug:number>/", returns.show, name="order_return"),
    path(
        "orders/<slug:access_token>/returns/<slug:number>/withdraw/",
        returns.withdraw,
        name="order_return_withdraw",
    ),
    path(
        "orders/<slug:access_token>/returns/<slug:number>/sent/",
        returns.sent,
        name="order_return_sent",
    ),
    path(
        "orders/<slug:access_token>/returns/<slug:number>/slip.pdf",
        returns.slip,
        name="order_return_slip",
    ),
    path(
        "orders/<slug:access_token>/returns/<slug:number>/label.pdf",
        returns.label,
        name="order_return_label",
    ),
    path(
        "orders/<slug:access_token>/returns/<slug:number>/photos/<uuid:photo_id>/",
        returns.photo,
        name="order_return_photo",
    ),
    path("track/", tracking.track, name="track"),
    path("mails/confirm/<str:token>/", mail_wishes.consent, name="mail_consent"),
    path("mails/<slug:token>/", mail_wishes.wishes, name="mail_wishes"),
    path("account/", account.overview, name="account"),
    path("account/orders/", account.orders, name="account_orders"),
    path("account/orders/<slug:number>/", account.order, name="account_order"),
    path("account/profile/", account.profile, name="account_profile"),
    path("account/mails/", mail_wishes.mine, name="account_mails"),
    path("account/store-credit/", gift_cards.store_credit, name="account_store_credit"),
    path("account/addresses/", account.addresses, name="account_addresses"),
    path("account/addresses/new/", account.address, name="account_address_new"),
    path("account/addresses/<uuid:address_id>/", account.address, name="account_address"),
    path(
        "account/addresses/<uuid:address_id>/delete/",
        account.delete_address,
        name="account_address_delete",
    ),
    path("pages/<page:slug>/", pages.page, name="page"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", machines.sitemap_part, name="sitemap_part"),
    path("favicon.ico", theme_files.favicon, name="favicon"),
    path("theme.css", theme_files.theme_css, name="theme"),
    path("icon.svg", theme_files.icon_svg, name="icon"),
]
