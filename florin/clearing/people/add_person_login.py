"""Add a login for a person, who is the person on record when mobile number or document are.

An administrator adds the operator's own people, operators and managers add those of customers, and nobody adds a login
for themselves. What is added waits for another person (`release_login`). The first administrators are made on the
service's own machine, as the first API key is, and need nobody: whoever runs commands there has the keys anyway.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.initial_password import InitialPassword, make_initial_password
from florin.clearing.people.person_given import PersonGiven, keep_person, known_person
from florin.clearing.people.rights import CHANGERS, refuse_keeper
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import CUSTOMER_ROLES, OPERATOR_ROLES, Actor, Role
from florin.domain.sign_in_names import normalise_user_name
from florin.storage.audit_trail import Author
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.people.people_change import NewLogin, PeopleChange, people_change


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPersonLogin:
    """Who is to have a login, in which roles; ``customer_id`` is None for the operator's own people.

    Making one raises `InvalidField` when the roles are none, or not all of that side, or the user name is malformed.
    """

    user_name: str
    person: PersonGiven
    roles: frozenset[Role]
    customer_id: UUID | None = None

    def __post_init__(self) -> None:
        """Check the roles and bring the user name to its one spelling."""
        require_roles(self.roles, self.customer_id)
        object.__setattr__(self, "user_name", normalise_user_name(self.user_name))


def require_roles(roles: frozenset[Role], customer_id: UUID | None) -> None:
    """Refuse what are no roles of a customer's login, or (None) of one of the operator's own: `InvalidField`."""
    side = OPERATOR_ROLES if customer_id is None else CUSTOMER_ROLES
    if not roles or not roles <= side:
        raise InvalidField("roles", f"one or more of: {', '.join(sorted(side))}")


@dataclass(frozen=True, slots=True)
class LoginAdded:
    """A new login; ``was_known``: the person was on record before, with the name that was given then."""

    login_id: UUID
    person_id: UUID
    was_known: bool
    initial_password: str = field(repr=False)


async def add_person_login(
    house: ClearingHouse, actor: Actor, command: AddPersonLogin, proof: CodeProof, now: datetime
) -> LoginAdded | Decline:
    """The login, with the password that is shown once and must be changed.

    Declines: ``role_required``, ``customer_not_found``, ``works_for_customer``, ``person_mismatch``, ``same_person``,
    ``user_name_taken``, ``totp_code_incorrect`` when the code was used meanwhile.

    Raises:
        BusyError: too many passwords wait to be hashed.
    """
    refused = await refuse_keeper(house, actor, command.customer_id, CHANGERS)
    if refused is not None:
        return refused
    initial = await make_initial_password()
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        return await _add(house, change, command, initial, (actor, proof))


async def add_administrator(house: ClearingHouse, command: AddPersonLogin, author: Author) -> LoginAdded | Decline:
    """The login of an administrator, made by whoever runs commands on the service's own machine.

    Declines: ``role_required`` for any other role, ``person_mismatch``, ``user_name_taken``. Raises `BusyError`.
    """
    if command.roles != {Role.ADMINISTRATOR}:
        return Decline.ROLE_REQUIRED
    initial = await make_initial_password()
    async with people_change(house.pool, author) as change:
        return await _add(house, change, command, initial, None)


async def _add(
    house: ClearingHouse,
    change: PeopleChange,
    command: AddPersonLogin,
    initial: InitialPassword,
    asked: tuple[Actor, CodeProof] | None,
) -> LoginAdded | Decline:
    known = await known_person(house.vault, change, command.person)
    if isinstance(known, Decline):
        return known
    if await change.user_name_exists(command.user_name):
        return Decline.USER_NAME_TAKEN
    if asked is not None:
        actor, proof = asked
        if known is not None and known.id == actor.person_id:
            return Decline.SAME_PERSON
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
    person_id = await keep_person(house.vault, change, command.person, known)
    set_up_person = None if asked is None else asked[0].person_id
    login = NewLogin(fresh_id(), command.customer_id, command.user_name, command.roles, initial.hash, set_up_person)
    await change.add_login(person_id, login)
    return LoginAdded(login.id, person_id, known is not None, initial.password)
