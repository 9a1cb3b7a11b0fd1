"""The ways out of this process, as its settings say: a mail server or a spool, short messages, webhooks."""

from functools import partial

from florin.batch.notices.deliver_webhooks import OpenSender
from florin.gateways.mail import MailGateway, MailServer, SmtpMail, SpooledMail
from florin.gateways.short_message import ShortMessageGateway, SpooledShortMessages
from florin.gateways.sms_carriers import carriers_of
from florin.gateways.webhook import WebhookSender
from florin.settings import Settings


def notice_gateways(settings: Settings) -> tuple[MailGateway, ShortMessageGateway]:
    """How mail and short messages go out.

    Raises:
        AccountsMisconfigured: the file of the carriers cannot be used.
    """
    return _mail(settings), _short_messages(settings)


def webhook_senders(settings: Settings) -> OpenSender:
    """What makes a sender for a receiver's address."""
    return partial(WebhookSender, loopback=settings.webhook_loopback)


def _short_messages(settings: Settings) -> ShortMessageGateway:
    if settings.sms_carriers is None:
        return SpooledShortMessages(settings.data_dir / "spool" / "sms")
    return carriers_of(settings.sms_carriers)


def _mail(settings: Settings) -> MailGateway:
    if settings.mail_host is None:
        return SpooledMail(settings.data_dir / "spool" / "mail", settings.mail_from)
    password = None if settings.mail_password is None else settings.mail_password.get_secret_value()
    server = MailServer(settings.mail_host, settings.mail_port, settings.mail_tls, settings.mail_user, password)
    return SmtpMail(server, settings.mail_from)
