"""Corporate customers for tests: people, customers with money, and orders in any status, written with plain SQL.

What is written satisfies every proof of the book, and does not lean on the verbs that are tested.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pyotp

from florin.crypto.tokens import LOGIN
from florin.domain.corporate_order import principal_of
from florin.domain.delivery import DELIVERY_LIFETIME, DeliveryPart
from florin.domain.identifiers import shard_of
from florin.domain.order_life import OrderStatus
from florin.domain.payment_reference import REFERENCES, compose_reference
from florin.domain.people import Actor, Role
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from tests.cheap_passwords import CHEAP
from tests.world import NOON, TODAY, KnownCard, World

HAS_CARDS: Final = (OrderStatus.READY, OrderStatus.DELIVERED, OrderStatus.ACTIVATED)
IS_FUNDED: Final = (OrderStatus.FUNDED, OrderStatus.GENERATING, OrderStatus.PARTIALLY_FAILED, *HAS_CARDS)

PASSWORD: Final = "nine words that nobody has heard"
PASSWORD_HASH: Final = CHEAP.hash(PASSWORD)
TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

SET_UP_BY: Final = UUID(int=1)
RELEASED_BY: Final = UUID(int=2)
"""Two persons without a login: one has set everybody's login up, and the other has released it."""

Lines = Sequence[tuple[str, int, int]]
"""Product kind, face in minor units, quantity."""


def code_at(moment: datetime, steps_later: int = 0) -> str:
    """Everybody's one-time code at a moment; each is accepted once, so a second action takes one ``steps_later``."""
    return pyotp.TOTP(TOTP_SECRET).at(moment + timedelta(seconds=30 * steps_later))


def token_of(session_id: UUID) -> str:
    """The token of a session that `Corporate.person` has opened."""
    body = f"fl_lgn_{session_id.hex}{session_id.hex}"
    return f"{body}{zlib.crc32(body.encode()):08x}"


CONTACTS: Final = b'[{"name": "Li Na", "telephone": "021-5555", "mail": null}]'
BANK_ACCOUNT: Final = b'{"holder": "Honeynut", "bank": "Bank of Honey", "number": "6222021001234567"}'
PARTIES: Final = b'{"payer": {"name": "Honeynut", "account": "62220210"}, "payee": {"name": "Farm", "account": "6222"}}'


def user_name_of(actor: Actor) -> str:
    """What somebody signs in with."""
    return f"u{actor.login_id.hex[-24:]}"


@dataclass(frozen=True)
class KnownOrder:
    """An order with the cards of each of its lines in the order of their serial numbers."""

    id: UUID
    customer_id: UUID
    price_minor: int
    cards: tuple[tuple[KnownCard, ...], ...]


@dataclass
class Corporate:
    """What the corporate side of a world has; ``manager``, ``operator`` and ``finance`` are three people of ours."""

    world: World

    def __post_init__(self) -> None:
        for person_id in (SET_UP_BY, RELEASED_BY):
            self.world.connection.execute(
                "INSERT INTO person (id, name_encrypted, created_at) VALUES (%s, '', %s) ON CONFLICT DO NOTHING",
                (person_id, NOON),
            )
        self.operator = self.person(Role.OPERATOR)
        self.manager = self.person(Role.MANAGER)
        self.finance = self.person(Role.FINANCE)
        self.finance_approver = self.person(Role.FINANCE_APPROVER)

    def person(
        self, *roles: Role, customer: UUID | None = None, same_as: Actor | None = None, named: bool = True
    ) -> Actor:
        """Somebody who has signed in; ``same_as`` makes a second login of the same person.

        The user name is `user_name_of`, the password `PASSWORD`, one-time codes come from `code_at`, and the session's
        token is `token_of`. ``named``: an identity document is on record.
        """
        login_id, session_id = fresh_id(), fresh_id()
        person_id = fresh_id() if same_as is None else same_as.person_id
        world = self.world
        with world.connection.transaction():
            if same_as is None:
                world.insert(
                    "person",
                    id=person_id, name_encrypted=world.vault.person_names.seal(b"Li Na", person_id.bytes),
                    identity_index=person_id.bytes if named else None, identity_encrypted=b"sealed" if named else None,
                    created_at=NOON,
                )  # fmt: skip
                world.insert(
                    "person_mobile",
                    mobile_index=person_id.bytes, person_id=person_id, created_at=NOON,
                    mobile_encrypted=world.vault.person_mobiles.seal(b"+8613800138000", person_id.bytes),
                )  # fmt: skip
            world.insert(
                "login",
                id=login_id, person_id=person_id, customer_id=customer, user_name=f"u{login_id.hex[-24:]}",
                roles=[str(each) for each in roles], password_hash=PASSWORD_HASH, must_change_password=False,
                status="active", set_up_person=SET_UP_BY, released_person=RELEASED_BY, created_at=NOON,
                totp_confirmed_at=NOON,
                totp_secret_encrypted=world.vault.login_totp_secrets.seal(TOTP_SECRET.encode(), login_id.bytes),
            )  # fmt: skip
            world.insert(
                "login_session",
                digest=LOGIN.digest(token_of(session_id)), id=session_id, login_id=login_id, created_at=NOON,
                expires_at=NOON.replace(year=2099),
            )  # fmt: skip
        return Actor(login_id, person_id, session_id, frozenset(roles), customer)

    def customer(self, *, funding_minor: int = 0, approval_limit_minor: int = 0, status: str = "active") -> UUID:
        """A customer of the home programme whose receipts so far add up to ``funding_minor``."""
        customer_id, world = fresh_id(), self.world
        with world.connection.transaction():
            world.insert(
                "customer",
                id=customer_id, shard=shard_of(customer_id), programme_id=world.home, name="Honeynut 有限公司",
                registration_number=customer_id.hex[:18].upper(), status=status,
                contact_encrypted=world.vault.customer_contacts.seal(CONTACTS, customer_id.bytes),
                approval_limit_minor=approval_limit_minor, created_at=NOON,
            )  # fmt: skip
            world.insert(
                "strict_account",
                owner_id=customer_id, code=2030, shard=shard_of(customer_id), programme_id=world.home, unit="CNY",
            )  # fmt: skip
            if funding_minor:
                self._receive(customer_id, funding_minor)
        return customer_id

    def tiers(self) -> None:
        """The three group tiers of the demo programme."""
        for name, from_minor, basis_points in (
            ("bronze", 5_000_00, 9_800),
            ("silver", 10_000_00, 9_500),
            ("gold", 30_000_00, 9_300),
        ):
            self.world.insert(
                "tier", programme_id=self.world.home, ladder="group", name=name, from_minor=from_minor,
                price_basis_points=basis_points,
            )  # fmt: skip
        self.world.connection.execute(RAISE_VERSION)

    def order(
        self,
        customer: UUID,
        status: OrderStatus,
        lines: Lines = (("bearer_gift", 100_00, 3),),
        *,
        delivery: str = "files",
        price_basis_points: int = 10_000,
        maker: Actor | None = None,
    ) -> KnownOrder:
        """An order in that status; from ``ready`` on with cards (``activated`` ones have their value).

        The customer must have enough free funding for what the status reserves or has used.
        """
        order_id, world = fresh_id(shard_of(customer)), self.world
        maker = maker or self.person(Role.BUYER, customer=customer)
        principals = [principal_of(face_minor, price_basis_points) for _, face_minor, _ in lines]
        price_minor = sum(each * quantity for each, (_, _, quantity) in zip(principals, lines, strict=True))
        face_minor = sum(face * quantity for _, face, quantity in lines)
        submitted = status is not OrderStatus.DRAFT
        approved = status not in (OrderStatus.DRAFT, OrderStatus.SUBMITTED, OrderStatus.CANCELLED)
        funded, used = status in IS_FUNDED, status is OrderStatus.ACTIVATED
        with world.connection.transaction():
            world.insert(
                "corporate_order",
                id=order_id, shard=shard_of(customer), programme_id=world.home, customer_id=customer,
                payment_reference=compose_reference((order_id.int >> 10) % REFERENCES), delivery=delivery,
                status=str(status),
                created_by=maker.login_id, created_at=NOON,
                price_basis_points=price_basis_points if submitted else None,
                face_minor=face_minor if submitted else None, price_minor=price_minor if submitted else None,
                submission_hash=b"h" * 32 if submitted else None,
                submitted_by=maker.login_id if submitted else None,
                submitted_person=maker.person_id if submitted else None, submitted_at=NOON if submitted else None,
                approved_by=self.manager.login_id if approved else None,
                approved_person=self.manager.person_id if approved else None, approved_at=NOON if approved else None,
                reserved_minor=price_minor if funded and not used else 0, used_minor=0,
            )  # fmt: skip
            if funded and not used:
                world.connection.execute(
                    "UPDATE strict_account SET held_minor = held_minor + %s WHERE owner_id = %s",
                    (price_minor, customer),
                )
            cards = []
            for number, (principal, (kind, face, quantity)) in enumerate(zip(principals, lines, strict=True), 1):
                issue_id = self._line(order_id, customer, number, kind, face, quantity, principal, status)
                made = range(1, quantity + 1) if status in HAS_CARDS else ()
                cards.append(tuple(self._card(customer, issue_id, serial, kind, face) for serial in made))
            if used:
                self._activate_all(order_id, customer, price_basis_points, cards, [face for _, face, _ in lines])
        return KnownOrder(order_id, customer, price_minor, tuple(cards))

    def hand_over(self, order: KnownOrder, *parts: DeliveryPart, of: str | None = None) -> None:
        """Let the files of an order have been fetched: of both parts unless some are named, of the card ``of`` only."""
        fetcher = self.person(Role.BUYER, customer=order.customer_id)
        for part in parts or DeliveryPart:
            self.world.insert(
                "delivery",
                id=fresh_id(), order_id=order.id, part=str(part), form="zip", password_key_id=1,
                selection=None if of is None else [of], cards=1, is_repetition=False, status="fetched",
                requested_by=fetcher.login_id, requested_person=fetcher.person_id, requested_at=NOON,
                expires_at=NOON + DELIVERY_LIFETIME, fetched_by=fetcher.login_id, fetched_person=fetcher.person_id,
                fetched_at=NOON, size_bytes=1, sha256=b"s" * 32,
            )  # fmt: skip

    def funding_refund(self, customer: UUID, amount_minor: int, *, paid: bool = False) -> UUID:
        """An approved refund of a customer's free money to a bank account of its own, perhaps paid by the bank."""
        world, refund_id, account_id = self.world, fresh_id(shard_of(customer)), fresh_id()
        in_transit, bank = (1090, world.home), (1010, world.home)
        with world.connection.transaction():
            world.insert(
                "customer_proposal",
                id=account_id, customer_id=customer, purpose="refunds", last4="4567", status="in_force",
                account_encrypted=world.vault.refund_accounts.seal(BANK_ACCOUNT, account_id.bytes),
                proposed_by=self.finance.login_id, proposed_person=self.finance.person_id, proposed_at=NOON,
                decided_by=self.manager.login_id, decided_person=self.manager.person_id, decided_at=NOON,
            )  # fmt: skip
            journal_id = self._journal(
                customer, "funding_refunded", "funding.refunded", [(amount_minor, (2030, customer), in_transit)]
            )
            payout_id = None
            if paid:
                moves = [(amount_minor, in_transit, bank)]
                payout_id = self._journal(customer, "funding_refund_paid", "funding.refund_paid", moves)
            world.insert(
                "funding_refund",
                id=refund_id, shard=shard_of(customer), programme_id=world.home, customer_id=customer,
                refund_account_id=account_id, amount_minor=amount_minor, unit="CNY", reason="given up",
                status="paid" if paid else "approved", requested_by=self.finance.login_id,
                requested_person=self.finance.person_id, requested_at=NOON, decided_by=self.finance_approver.login_id,
                decided_person=self.finance_approver.person_id, decided_at=NOON, journal_id=journal_id,
                paid_by=self.finance.login_id if paid else None, paid_at=NOON if paid else None,
                paid_journal_id=payout_id, bank_reference=f"B{payout_id.hex}" if payout_id else None,
            )  # fmt: skip
        return refund_id

    def proposed_key(self, customer: UUID, maker: Actor) -> UUID:
        """A key for the PINs of a customer's card files that waits for another person."""
        key_id = fresh_id()
        self.world.insert(
            "customer_proposal",
            id=key_id, customer_id=customer, purpose="pins", recipient="age1", status="proposed",
            proposed_by=maker.login_id, proposed_person=maker.person_id, proposed_at=NOON,
        )  # fmt: skip
        return key_id

    def reserved_minor(self, order_id: UUID) -> int:
        """What an order holds of its customer's funding."""
        (amount_minor,) = self.world.one("SELECT reserved_minor FROM corporate_order WHERE id = %s", order_id)
        return int(amount_minor)

    def _line(
        self, order_id: UUID, customer: UUID, line: int, kind: str, face: int, quantity: int, principal: int,
        status: OrderStatus,
    ) -> UUID:  # fmt: skip
        world, issue_id = self.world, fresh_id()
        product_id = world.products[world.home, kind]
        has_cards = status in HAS_CARDS
        if has_cards:
            world.insert(
                "card_issue",
                id=issue_id, programme_id=world.home, product_id=product_id, denomination_minor=face, ordered=quantity,
                generated=quantity, status="ready", sold_to=customer, created_at=NOON, ready_at=NOON,
            )  # fmt: skip
        world.insert(
            "order_line",
            order_id=order_id, line=line, product_id=product_id, denomination_minor=face, quantity=quantity,
            principal_minor=None if status is OrderStatus.DRAFT else principal,
            issue_id=issue_id if has_cards else None, status="ready" if has_cards else "waiting",
        )  # fmt: skip
        return issue_id

    def _card(self, customer: UUID, issue_id: UUID, serial: int, kind: str, face: int) -> KnownCard:
        return self.world.card(
            kind=kind, status="sold", face_minor=face, issue_id=issue_id, serial=serial, sold_by=customer, sold_at=NOON
        )

    def _receive(self, customer: UUID, amount_minor: int) -> None:
        journal_id = self._journal(
            customer,
            "funding_received",
            "funding.received",
            [(amount_minor, (1010, self.world.home), (2030, customer))],
        )
        receipt_id = fresh_id(shard_of(customer))
        self.world.insert(
            "receipt",
            id=receipt_id, shard=shard_of(customer), programme_id=self.world.home,
            customer_id=customer, method="bank_transfer", bank_reference=f"B{journal_id.hex}",
            amount_minor=amount_minor, unit="CNY", received_on=TODAY,
            parties_encrypted=self.world.vault.receipt_parties.seal(PARTIES, receipt_id.bytes),
            recorded_by=self.finance.login_id, journal_id=journal_id, posted_at=NOON,
        )  # fmt: skip

    def _activate_all(
        self, order_id: UUID, customer: UUID, basis_points: int, cards: list[tuple[KnownCard, ...]], faces: list[int]
    ) -> None:
        world, clearing = self.world, (2091, self.world.home)
        for face, of_line in zip(faces, cards, strict=True):
            principal = principal_of(face, basis_points)
            for card in of_line:
                moves = [(principal, (2030, customer), clearing), (principal, clearing, (2010, card.id))]
                if face > principal:
                    world.insert(
                        "strict_account",
                        owner_id=card.id, code=2011, shard=shard_of(card.id), programme_id=world.home, unit="CNY",
                    )  # fmt: skip
                    moves.append((face - principal, (5010, world.home), (2011, card.id)))
                self._journal(card.id, "card_activated", "card.activated", moves)
                world.connection.execute(
                    "UPDATE card SET status = 'active', activated_at = %s WHERE id = %s", (NOON, card.id)
                )
                world.connection.execute(
                    "UPDATE corporate_order SET used_minor = used_minor + %s WHERE id = %s", (principal, order_id)
                )

    def _journal(
        self, subject: UUID, event: str, name: str, moves: Sequence[tuple[int, tuple[int, UUID], tuple[int, UUID]]]
    ) -> UUID:
        """A journal with its operation and its event, its strict accounts moved and numbered."""
        world, journal_id = self.world, fresh_id(shard_of(subject))
        for position, (amount_minor, debit, credit) in enumerate(moves):
            strict = next((each for each in (debit, credit) if each[0] in (2010, 2011, 2030)), None)
            sequence, balance_minor = None, None
            if strict is not None:
                change_minor = amount_minor if strict is credit else -amount_minor
                balance_minor, sequence = world.one(
                    """UPDATE strict_account SET balance_minor = balance_minor + %s, sequence = sequence + 1
                       WHERE owner_id = %s AND code = %s RETURNING balance_minor, sequence""",
                    change_minor, strict[1], strict[0],
                )  # fmt: skip
            world.insert(
                "transfer",
                journal_id=journal_id, position=position, shard=shard_of(subject if strict is None else strict[1]),
                programme_id=world.home, event=event, unit="CNY", amount_minor=amount_minor, debit_code=debit[0],
                debit_owner=debit[1], credit_code=credit[0], credit_owner=credit[1], strict_sequence=sequence,
                balance_after_minor=balance_minor, business_date=TODAY, event_at=NOON, posted_at=NOON,
            )  # fmt: skip
        world.insert(
            "operation",
            caller_id=world.operator.id, key=f"corporate-{journal_id.hex}", fingerprint=journal_id, verb="fund",
            answer="{}", journal_id=journal_id, actor_id=world.operator.actor_id, posted_at=NOON,
        )  # fmt: skip
        world.insert(
            "outbox",
            id=fresh_id(), shard=shard_of(subject), name=name, subject_id=subject, journal_id=journal_id,
            posted_at=NOON,
        )  # fmt: skip
        return journal_id
