"""`tickets`, and `support/mail` for the mail that comes in."""

from django.urls import path

from apps.support.api import views
from apps.support.api.webhook import MailWebhookView

urlpatterns = [
    path("tickets", views.TicketListView.as_view(), name="tickets"),
    path("tickets/<uuid:ticket_id>", views.TicketView.as_view(), name="ticket"),
    path("tickets/<uuid:ticket_id>/replies", views.ReplyView.as_view(), name="ticket-replies"),
    path("support/mail", MailWebhookView.as_view(), name="support-mail"),
]
