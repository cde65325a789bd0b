"""News of hosts that become mails to owners. They are messages of the platform's outbox."""

from apps.accounts.host_mails import mail_host_news
from apps.events.consumers import Message, consumes
from apps.platform.models import Domain


@consumes("host.changed")
def write_host_mail(message: Message) -> None:
    """Nothing where the host was removed, or its record is back."""
    what = message.payload["what"]
    domain = Domain.objects.select_related("tenant").filter(pk=message.payload["host_id"]).first()
    if domain is None or (what == "lost" and domain.lost_at is None):
        return
    mail_host_news(domain, what=what, ref=f"host_news:{message.id}")
