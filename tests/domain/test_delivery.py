from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from florin.domain.declines import Decline
from florin.domain.delivery import (
    Delivery,
    DeliveryForm,
    DeliveryPart,
    DeliveryStatus,
    refused_decision,
    refused_fetch,
    refused_password,
)
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
MAKER, OTHER = UUID(int=1), UUID(int=2)
DELIVERY = Delivery(
    id=UUID(int=3),
    order_id=UUID(int=4),
    customer_id=UUID(int=5),
    order_status=OrderStatus.READY,
    customer_is_active=True,
    part=DeliveryPart.PINS,
    form=DeliveryForm.ZIP,
    recipient=None,
    key_is_in_force=True,
    password_key_id=1,
    selection=None,
    cards=3,
    is_repetition=False,
    status=DeliveryStatus.OPEN,
    requested_by="anna",
    requested_person=MAKER,
    requested_at=NOW,
    decided_by=None,
    decided_at=None,
    expires_at=NOW + timedelta(days=7),
    fetched_by=None,
    fetched_at=None,
    size_bytes=None,
    sha256=None,
    password_read_by=None,
    password_read_at=None,
)


def person(identifier: UUID) -> Actor:
    return Actor(UUID(int=8), identifier, UUID(int=9), frozenset({Role.BUYER, Role.APPROVER}), DELIVERY.customer_id)


@pytest.mark.parametrize(
    ("changes", "who", "expected"),
    [
        ({}, MAKER, None),
        ({}, OTHER, Decline.REQUESTER_ONLY),
        ({"status": DeliveryStatus.WAITING_FOR_APPROVAL}, MAKER, Decline.APPROVAL_REQUIRED),
        ({"status": DeliveryStatus.REFUSED}, MAKER, Decline.DELIVERY_NOT_IN_STATE),
        ({"status": DeliveryStatus.FETCHED}, MAKER, Decline.DELIVERY_FETCHED),
        ({"status": DeliveryStatus.FETCHED}, OTHER, Decline.DELIVERY_FETCHED),
        ({"status": DeliveryStatus.EXPIRED}, MAKER, Decline.DELIVERY_EXPIRED),
        ({"expires_at": NOW}, MAKER, Decline.DELIVERY_EXPIRED),
        ({"expires_at": NOW, "status": DeliveryStatus.FETCHED}, MAKER, Decline.DELIVERY_FETCHED),
        ({"customer_is_active": False}, MAKER, Decline.CUSTOMER_NOT_ACTIVE),
        ({"order_status": OrderStatus.CANCELLED}, MAKER, Decline.ORDER_NOT_IN_STATE),
        ({"order_status": OrderStatus.ACTIVATED}, MAKER, None),
        ({"key_is_in_force": False}, MAKER, Decline.DELIVERY_KEY_NOT_IN_FORCE),
    ],
)
def test_who_may_fetch_a_file(changes: dict[str, object], who: UUID, expected: Decline | None) -> None:
    assert expected == refused_fetch(replace(DELIVERY, **changes), person(who), NOW)  # type: ignore[arg-type]  # rows


@pytest.mark.parametrize(
    ("changes", "who", "expected"),
    [
        ({}, OTHER, None),
        ({"status": DeliveryStatus.FETCHED}, OTHER, None),
        ({}, MAKER, Decline.SAME_PERSON),
        ({"form": DeliveryForm.AGE}, OTHER, Decline.DELIVERY_HAS_NO_PASSWORD),
        ({"status": DeliveryStatus.WAITING_FOR_APPROVAL}, OTHER, Decline.APPROVAL_REQUIRED),
        ({"status": DeliveryStatus.REFUSED}, OTHER, Decline.DELIVERY_NOT_IN_STATE),
        ({"status": DeliveryStatus.EXPIRED}, OTHER, Decline.DELIVERY_EXPIRED),
        ({"status": DeliveryStatus.FETCHED, "expires_at": NOW}, OTHER, Decline.DELIVERY_EXPIRED),
        ({"password_read_at": NOW}, OTHER, Decline.DELIVERY_PASSWORD_READ),
        ({"customer_is_active": False}, OTHER, Decline.CUSTOMER_NOT_ACTIVE),
        ({"order_status": OrderStatus.CANCELLED}, OTHER, Decline.ORDER_NOT_IN_STATE),
    ],
)
def test_who_may_read_a_password(changes: dict[str, object], who: UUID, expected: Decline | None) -> None:
    assert expected == refused_password(replace(DELIVERY, **changes), person(who), NOW)  # type: ignore[arg-type]  # rows


@pytest.mark.parametrize(
    ("status", "who", "expected"),
    [
        (DeliveryStatus.WAITING_FOR_APPROVAL, OTHER, None),
        (DeliveryStatus.WAITING_FOR_APPROVAL, MAKER, Decline.SAME_PERSON),
        (DeliveryStatus.OPEN, OTHER, Decline.DELIVERY_NOT_IN_STATE),
        (DeliveryStatus.FETCHED, OTHER, Decline.DELIVERY_NOT_IN_STATE),
        (DeliveryStatus.REFUSED, OTHER, Decline.DELIVERY_NOT_IN_STATE),
        (DeliveryStatus.EXPIRED, OTHER, Decline.DELIVERY_EXPIRED),
    ],
)
def test_who_may_decide_about_a_repetition(status: DeliveryStatus, who: UUID, expected: Decline | None) -> None:
    assert expected == refused_decision(replace(DELIVERY, status=status), person(who), NOW)


def test_a_repetition_is_not_approved_after_its_time() -> None:
    late = replace(DELIVERY, status=DeliveryStatus.WAITING_FOR_APPROVAL, expires_at=NOW)
    assert Decline.DELIVERY_EXPIRED == refused_decision(late, person(OTHER), NOW)
