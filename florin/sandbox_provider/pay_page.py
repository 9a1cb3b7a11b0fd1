"""The page on which a person pays or refuses, in Chinese and English."""

from datetime import datetime
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from florin.sandbox_provider.bills import BEIJING
from florin.sandbox_provider.book import Payment, yuan
from florin.sandbox_provider.entries import Behaviour

_PAGES: Final = Environment(
    loader=PackageLoader("florin.sandbox_provider", "."), autoescape=True, undefined=StrictUndefined
)
_HEADERS: Final = {
    # The page needs no script, and what a merchant calls his payment must never become one.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def draw(payment: Payment, now: datetime, behaviour: Behaviour) -> Response:
    """The page of a payment as it stands at a moment."""
    made = payment.made
    html = _PAGES.get_template("pay_page.html").render(
        amount=yuan(payment.paid.amount_minor if payment.paid else made.amount_minor),
        currency=made.currency,
        description=made.description,
        reference=made.reference,
        expires_at=made.expires_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
        state=payment.state(now),
        page=made.page,
        off=yuan(behaviour.paid_off_by_minor) if behaviour.paid_off_by_minor else None,
        return_url=made.return_url,
    )
    return HTMLResponse(html, headers=_HEADERS)
