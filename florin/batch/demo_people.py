"""The people of the demo: the farm's own, and those of a company that orders cards from it.

They are made through the verbs that everybody is made through: one of them sets a login up, and another releases it. It
can be interrupted anywhere and called again: who is enrolled already is told by the caller, and a login whose secrets
were lost with the interruption is reset.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from florin.clearing.customers.create_customer import CreateCustomer, create_customer
from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import AddPersonLogin, add_administrator, add_person_login
from florin.clearing.people.own_password import change_own_password
from florin.clearing.people.own_totp import confirm_own_totp, enrol_own_totp
from florin.clearing.people.person_given import PersonGiven
from florin.clearing.people.release_login import release_login
from florin.clearing.people.reset_login import reset_login
from florin.clearing.people.sign_in import SignInToWork, sign_in_to_work
from florin.clearing.people.step_up import checked_code
from florin.crypto.totp import STEP_SECONDS, code_at
from florin.domain.contacts import Contact
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind
from florin.domain.people import Actor, Role
from florin.domain.programme import Programme
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.corporate.customers import list_customers
from florin.storage.people.login_sessions import close_login
from florin.storage.people.logins import CodeProof, login_credentials, login_named
from florin.storage.people.persons import login_by_name

_Made = TypeVar("_Made")

CUSTOMER: Final = "核桃谷软件有限公司 (Walnut Valley Software)"
REGISTRATION_NUMBER: Final = "91330106MA2HNYT608"
CUSTOMER_LIMIT_MINOR: Final = 50_000_00
"""Above it the demo's company wants the consent of its own approver."""

_ADDRESS: Final = "127.0.0.1"
_FIRST: Final = 50
_A_WHILE: Final = timedelta(minutes=30)


class DemoPeopleInterrupted(Exception):
    """A step was refused, which means that the demo and the rules do not fit together."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as; ``totp_secret`` is what an authenticator is told."""

    user_name: str
    roles: tuple[str, ...]
    of_company: bool
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part in the demo, and who plays it."""

    user_name: str
    roles: frozenset[Role]
    name: str
    mobile: str
    document_number: str
    of_company: bool = False

    @property
    def person(self) -> PersonGiven:
        return PersonGiven.read(self.name, self.mobile, (DocumentKind.RESIDENT_ID, self.document_number))


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who has signed in, with the secret of the codes that further steps ask for."""

    actor: Actor
    totp_secret: str = field(repr=False)


_ADMINISTRATOR: Final = _Part(
    "farm.administrator", frozenset({Role.ADMINISTRATOR}), "何静", "+8613800010001", "110105198503171012"
)
_DEPUTY: Final = _Part("farm.deputy", frozenset({Role.ADMINISTRATOR}), "许宁", "+8613800010006", "330106198107196063")
_OPERATOR: Final = _Part("farm.operator", frozenset({Role.OPERATOR}), "吴敏", "+8613800010002", "330106199006122027")
_MANAGER: Final = _Part("farm.manager", frozenset({Role.MANAGER}), "郑强", "+8613800010003", "310115197809303036")
_FARM: Final = (
    _OPERATOR,
    _MANAGER,
    _Part("farm.service", frozenset({Role.SERVICE_MANAGER}), "蒋慧", "+8613800010007", "330106198605053129"),
    _Part("farm.finance", frozenset({Role.FINANCE}), "冯丽", "+8613800010004", "440106199204214040"),
    _Part("farm.treasurer", frozenset({Role.FINANCE_APPROVER}), "沈涛", "+8613800010005", "510107198808055052"),
)
_COMPANY: Final = (
    _Part("walnut.buyer", frozenset({Role.BUYER}), "韩雪", "+8613800020001", "320102198307196060", of_company=True),
    _Part("walnut.assistant", frozenset({Role.BUYER}), "朱琳", "+8613800020003", "330106199102038087", of_company=True),
    _Part(
        "walnut.approver", frozenset({Role.APPROVER}), "杨帆", "+8613800020002", "420106199512247078", of_company=True
    ),
)


async def make_demo_people(
    house: ClearingHouse,
    programme: Programme,
    made: Sequence[DemoPerson] = (),
    keep: Callable[[Sequence[DemoPerson]], None] = lambda _people: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[DemoPerson, ...]:
    """Everybody of the demo, enrolled; ``made`` are those of an earlier call, and ``keep`` is told as they become more.

    Raises:
        DemoPeopleInterrupted: a step was refused.
    """
    cast = _Cast(house, {each.user_name: each for each in made}, keep, clock)
    try:
        administrator, deputy = await cast.on_machine(_ADMINISTRATOR), await cast.on_machine(_DEPUTY)
        for part in _FARM:
            await cast.add(administrator, deputy, part)
        operator, manager = await cast.enter(_OPERATOR), await cast.enter(_MANAGER)
        customer_id = await _customer(house, operator, programme, clock())
        for part in _COMPANY:
            await cast.add(operator, manager, part, customer_id)
    finally:
        await cast.leave()
    return tuple(cast.made.values())


async def _customer(house: ClearingHouse, operator: Entered, programme: Programme, now: datetime) -> UUID:
    known = (await list_customers(house.pool, programme.id, None, _FIRST)).items
    for customer in known:
        if customer.registration_number == REGISTRATION_NUMBER:
            return customer.id
    command = CreateCustomer(
        programme_id=programme.id,
        name=CUSTOMER,
        registration_number=REGISTRATION_NUMBER,
        contacts=(Contact.read("韩雪", "+86 138 0002 0001", "buyer@walnut-valley.example"),),
        approval_limit_minor=CUSTOMER_LIMIT_MINOR,
    )
    return _done(await create_customer(house, operator.actor, command, now)).id


@dataclass(slots=True)
class _Cast:
    """Those who are enrolled so far, by user name, and the sessions that are open for them."""

    house: ClearingHouse
    made: dict[str, DemoPerson]
    keep: Callable[[Sequence[DemoPerson]], None]
    clock: Callable[[], datetime]
    sessions: list[UUID] = field(default_factory=list)

    async def on_machine(self, part: _Part) -> Entered:
        """An administrator made on this machine, as the first ones are; one whose secrets are lost has a successor."""
        user_name, number = part.user_name, 1
        while part.user_name not in self.made and await login_named(self.house.pool, part.user_name) is not None:
            number += 1
            part = replace(part, user_name=f"{user_name}{number}")
        if part.user_name not in self.made:
            command = AddPersonLogin(user_name=part.user_name, person=part.person, roles=part.roles)
            added = _done(await add_administrator(self.house, command, Author(None, self.clock())))
            await self._enrol(part, added.initial_password)
        return await self.enter(part)

    async def add(self, maker: Entered, checker: Entered, part: _Part, customer_id: UUID | None = None) -> None:
        """Have somebody added, or a login reset whose secrets are lost, and enrolled, and released by the checker."""
        if part.user_name not in self.made:
            await self._set_up(maker, part, customer_id)
        login = await login_by_name(self.house.pool, part.user_name)
        if login is not None and login.waits:
            proof, now = await self._proof_of(checker)
            _done(await release_login(self.house, checker.actor, login.id, "the demo's own", proof, now))

    async def _set_up(self, maker: Entered, part: _Part, customer_id: UUID | None) -> None:
        proof, now = await self._proof_of(maker)
        lost = await login_named(self.house.pool, part.user_name)
        if lost is None:
            command = AddPersonLogin(
                user_name=part.user_name, person=part.person, roles=part.roles, customer_id=customer_id
            )
            initial = _done(await add_person_login(self.house, maker.actor, command, proof, now)).initial_password
        else:
            why = "the demo was interrupted"
            initial = _done(await reset_login(self.house, maker.actor, lost.login_id, why, proof, now))
        await self._enrol(part, initial)

    async def enter(self, part: _Part) -> Entered:
        """Sign in somebody who is enrolled."""
        found, person = await login_named(self.house.pool, part.user_name), self.made[part.user_name]
        if found is None:
            raise DemoPeopleInterrupted(f"the login {part.user_name} is gone")
        step, now = await self._next_step(found.login_id)
        actor = await self._sign_in(part.user_name, person.password, code_at(person.totp_secret, step), now)
        return Entered(actor, person.totp_secret)

    async def leave(self) -> None:
        """End all sessions."""
        for session_id in self.sessions:
            await close_login(self.house.pool, session_id, self.clock())

    async def _enrol(self, part: _Part, initial_password: str) -> None:
        """What everybody does at the first sign-in: choose a password and enrol an authenticator."""
        password, now = secrets.token_urlsafe(12), self.clock()
        actor = await self._sign_in(part.user_name, initial_password, None, now)
        _done(await change_own_password(self.house, actor, initial_password, None, password, now))
        totp = _done(await enrol_own_totp(self.house, actor, password, now))
        step, then = await self._next_step(actor.login_id)
        _done(await confirm_own_totp(self.house, actor, code_at(totp.secret, step), then))
        roles = tuple(sorted(part.roles))
        self.made[part.user_name] = DemoPerson(part.user_name, roles, part.of_company, password, totp.secret)
        self.keep(tuple(self.made.values()))

    async def _proof_of(self, somebody: Entered) -> tuple[CodeProof, datetime]:
        step, now = await self._next_step(somebody.actor.login_id)
        return _done(await checked_code(self.house, somebody.actor, code_at(somebody.totp_secret, step), now)), now

    async def _sign_in(self, user_name: str, password: str, code: str | None, now: datetime) -> Actor:
        typed = SignInToWork(user_name=user_name, password=password, totp_code=code, address=_ADDRESS)
        opened = _done(await sign_in_to_work(self.house, typed, now))
        self.sessions.append(opened.login.actor.session_id)
        return opened.login.actor

    async def _next_step(self, login_id: UUID) -> tuple[int, datetime]:
        """The step of a code that nobody has used, and a time of day at which it counts.

        A code counts once and there is one in half a minute, so the demo's people are told to have worked a while ago.
        """
        found = await login_credentials(self.house.pool, login_id)
        last = None if found is None else found.totp_last_step
        step = int((self.clock() - _A_WHILE).timestamp()) // STEP_SECONDS if last is None else last + 1
        return step, datetime.fromtimestamp(step * STEP_SECONDS, UTC)


def _done(result: _Made | Decline | RateLimited) -> _Made:
    if isinstance(result, Decline | RateLimited):
        raise DemoPeopleInterrupted(f"the demo's people cannot be made: {result}")
    return result
