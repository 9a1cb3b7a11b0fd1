"""What the answers of FastAPI's routes are made of: views, which read from our own values and write the wire's."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from florin.api.given import PageWanted
from florin.domain.paging import Key, Page, encode_cursor, page_of


class View(BaseModel):
    """What all views have in common: exact types, read by name from whatever has them as attributes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, from_attributes=True)


class AmountView(View):
    """An amount in minor units; in statements it is negative where value went out."""

    amount: int
    currency: str


class _HasId(Protocol):
    @property
    def id(self) -> UUID: ...


Thing = TypeVar("Thing", bound=_HasId)
Item = TypeVar("Item")


def amount_view(amount_minor: int, unit: str) -> AmountView:
    """An amount in minor units as its view."""
    return AmountView(amount=amount_minor, currency=unit)


def page_by_id(list_name: str, things: Iterable[Thing], wanted: PageWanted) -> tuple[list[Thing], str | None]:
    """One page of things that are all at hand, the oldest first, and the cursor of the next page."""
    after = wanted.last_seen(list_name) or UUID(int=0)
    rows = sorted((each for each in things if each.id > after), key=lambda each: each.id)
    page = page_of([(each.id, each) for each in rows], wanted.limit)
    return list(page.items), next_cursor(list_name, page.next_after)


def listed(list_name: str, found: Page[Item, Any], view: Callable[[Item], Any]) -> dict[str, Any]:
    """One page of a list as every list answers: each item as its view, and the cursor of the next page."""
    return {"items": [view(each) for each in found.items], "next_cursor": next_cursor(list_name, found.next_after)}


def next_cursor(list_name: str, after: Key | None) -> str | None:
    """The cursor of what follows the last item's key; None where nothing does."""
    return None if after is None else encode_cursor(list_name, after)
