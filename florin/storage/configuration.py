"""Changes of the configuration: one transaction each, one after another, each with its audit row and a new version.

Whoever changes something opens a `configuration_change`, decides by the catalogue that it shows (nothing of which can
change meanwhile, because the version row is locked), and writes through it. A change that has written nothing leaves
everything as it was, the version too.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from florin.domain.bank_account import BankAccount
from florin.domain.dormancy import DormancyTerms
from florin.domain.loyalty_terms import DatedTerms
from florin.domain.programme import ApiKey, Merchant, Product, Programme, Terminal
from florin.domain.tiers import Ladder, Tier
from florin.storage.audit_trail import Author, record
from florin.storage.catalogue import RAISE_VERSION, Catalogue, load_catalogue
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.bank_accounts import write_bank_account
from florin.storage.corporate.tiers import read_ladder, write_ladder
from florin.storage.dormancy.dormancy import set_terms as write_dormancy_terms
from florin.storage.loyalty.loyalty_terms import terms_of_programme, write_terms
from florin.storage.loyalty.personal_tiers import look_at_all_members
from florin.storage.notices.notice_texts import NoticeTerms
from florin.storage.notices.notice_texts import write_terms as write_notice_terms

LOCK_VERSION: Final = "SELECT version FROM configuration_version FOR UPDATE"

INSERT_PROGRAMME: Final = """
INSERT INTO programme (id, code, name, unit, time_zone, cut_off, issuer_prefix, policy_pack,
                       low_balance_threshold_minor, hold_lifetime_s, hold_lifetime_limit_s, payment_code_lifetime_s,
                       dormancy_days, spend_order, closure_cooling_days, review_hours, case_closing_days, issuer_class,
                       created_at)
VALUES (%(id)s, %(code)s, %(name)s, %(unit)s, %(time_zone)s, %(cut_off)s, %(issuer_prefix)s, %(policy_pack)s,
        %(low_balance_threshold_minor)s, %(hold_lifetime_s)s, %(hold_lifetime_limit_s)s, %(payment_code_lifetime_s)s,
        %(dormancy_days)s, %(spend_order)s, %(closure_cooling_days)s, %(review_hours)s, %(case_closing_days)s,
        %(issuer_class)s, %(now)s)
"""
UPDATE_PROGRAMME: Final = """
UPDATE programme
SET name = %(name)s, policy_pack = %(policy_pack)s, low_balance_threshold_minor = %(low_balance_threshold_minor)s,
    hold_lifetime_s = %(hold_lifetime_s)s, hold_lifetime_limit_s = %(hold_lifetime_limit_s)s,
    payment_code_lifetime_s = %(payment_code_lifetime_s)s, dormancy_days = %(dormancy_days)s,
    spend_order = %(spend_order)s, closure_cooling_days = %(closure_cooling_days)s,
    review_hours = %(review_hours)s, case_closing_days = %(case_closing_days)s, issuer_class = %(issuer_class)s
WHERE id = %(id)s
"""
INSERT_PRODUCT: Final = """
INSERT INTO product (id, programme_id, code, name, kind, denominations_minor, has_ecode, validity_years, created_at)
VALUES (%(id)s, %(programme_id)s, %(code)s, %(name)s, %(kind)s, %(denominations_minor)s, %(has_ecode)s,
        %(validity_years)s, %(now)s)
"""
UPDATE_RETURN_URLS: Final = "UPDATE programme SET return_urls = %(return_urls)s WHERE id = %(id)s"
UPDATE_TRIAL_CARD: Final = """
UPDATE product SET trial_face_minor = %(trial_face_minor)s, trial_price_minor = %(trial_price_minor)s WHERE id = %(id)s
"""
INSERT_MERCHANT: Final = """
INSERT INTO merchant (id, code, name, status, payment_reference, created_at)
VALUES (%(id)s, %(code)s, %(name)s, %(status)s, %(payment_reference)s, %(now)s)
"""
UPDATE_MERCHANT: Final = "UPDATE merchant SET status = %(status)s WHERE id = %(id)s"
INSERT_TERMINAL: Final = """
INSERT INTO terminal (id, merchant_id, code, status, created_at)
VALUES (%(id)s, %(merchant_id)s, %(code)s, %(status)s, %(now)s)
"""
UPSERT_NETWORK: Final = """
INSERT INTO network (programme_id, merchant_id, accepts, sells)
VALUES (%(programme_id)s, %(merchant_id)s, %(accepts)s, %(sells)s)
ON CONFLICT (programme_id, merchant_id) DO UPDATE SET accepts = excluded.accepts, sells = excluded.sells
"""
INSERT_API_KEY: Final = """
INSERT INTO api_key (id, digest, name, merchant_id, terminal_id, scopes, created_at)
VALUES (%(id)s, %(digest)s, %(name)s, %(merchant_id)s, %(terminal_id)s, %(scopes)s, %(now)s)
"""
REVOKE_API_KEY: Final = "UPDATE api_key SET revoked_at = %(now)s WHERE id = %(id)s AND revoked_at IS NULL"
INSERT_AGREEMENT: Final = """
INSERT INTO agreement (programme_id, version, text, effective_at)
VALUES (%(programme_id)s, %(version)s, %(text)s, %(effective_at)s)
"""
AGREEMENT_EXISTS: Final = """
SELECT EXISTS (SELECT FROM agreement WHERE programme_id = %(programme_id)s AND version = %(version)s)
"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A version of the terms that a member accepts, and from when it is shown."""

    programme_id: UUID
    version: str
    text: str
    effective_at: datetime


class ConfigurationChange:
    """An open change: ``catalogue`` is how things stand, what was written here included; ``author`` is who asked."""

    def __init__(self, connection: Connection, catalogue: Catalogue, author: Author) -> None:
        self.catalogue = catalogue
        self.author = author
        self._connection = connection

    async def add_programme(self, programme: Programme) -> None:
        """Write a new programme, whose code and issuer prefix must be free."""
        await self._write("programme.created", programme.id, INSERT_PROGRAMME, asdict(programme))

    async def change_programme(self, programme: Programme) -> None:
        """Write the terms of a programme; what is fixed stays as it is."""
        await self._write("programme.changed", programme.id, UPDATE_PROGRAMME, asdict(programme))

    async def set_return_urls(self, programme: Programme) -> None:
        """Write the pages to which a programme's members may be sent back."""
        row = {"id": programme.id, "return_urls": list(programme.return_urls)}
        await self._write("programme.return_urls_set", programme.id, UPDATE_RETURN_URLS, row)

    async def add_product(self, product: Product) -> None:
        """Write a new card product, whose code must be free in its programme."""
        row = {**asdict(product), "denominations_minor": list(product.denominations_minor)}
        await self._write("product.added", product.id, INSERT_PRODUCT, row)

    async def set_trial_card(self, product: Product) -> None:
        """Write which first card of a product costs less than its face, if one does."""
        row = {**asdict(product), "denominations_minor": list(product.denominations_minor)}
        await self._write("product.trial_card_set", product.id, UPDATE_TRIAL_CARD, row)

    async def add_merchant(self, merchant: Merchant) -> None:
        """Write a new merchant, whose code must be free."""
        await self._write("merchant.added", merchant.id, INSERT_MERCHANT, asdict(merchant))

    async def change_merchant(self, merchant: Merchant) -> None:
        """Write a merchant's status."""
        await self._write(f"merchant.{merchant.status}", merchant.id, UPDATE_MERCHANT, asdict(merchant))

    async def add_terminal(self, terminal: Terminal) -> None:
        """Write a merchant's new till, whose code must be free with that merchant."""
        await self._write("terminal.added", terminal.id, INSERT_TERMINAL, asdict(terminal))

    async def set_network(self, programme_id: UUID, merchant_id: UUID, *, accepts: bool, sells: bool) -> None:
        """Write whether a merchant accepts and sells the cards of a programme."""
        row = {"programme_id": programme_id, "merchant_id": merchant_id, "accepts": accepts, "sells": sells}
        await self._write("network.set", programme_id, UPSERT_NETWORK, row)

    async def add_api_key(self, key: ApiKey) -> None:
        """Write a new API key. Its digest is no secret, and its token is nowhere."""
        row = {**asdict(key), "scopes": sorted(key.scopes)}
        await self._write("api_key.issued", key.id, INSERT_API_KEY, row)

    async def revoke_api_key(self, key: ApiKey) -> None:
        """Write that a key opens nothing any more."""
        await self._write("api_key.revoked", key.id, REVOKE_API_KEY, {"id": key.id, "name": key.name})

    async def has_agreement(self, programme_id: UUID, version: str) -> bool:
        """Whether a version of the programme's agreement has been published."""
        wanted = {"programme_id": programme_id, "version": version}
        row = await (await self._connection.execute(AGREEMENT_EXISTS, wanted)).fetchone()
        return row is not None and bool(row[0])

    async def add_agreement(self, agreement: Agreement) -> None:
        """Write a new version of a programme's agreement; it never changes afterwards."""
        await self._write("agreement.published", agreement.programme_id, INSERT_AGREEMENT, asdict(agreement))

    async def tiers(self, programme_id: UUID, ladder: Ladder = Ladder.GROUP) -> tuple[Tier, ...]:
        """What a programme's companies or members pay, by what they have brought in or spent; in ascending order."""
        return await read_ladder(self._connection, programme_id, ladder)

    async def set_tiers(self, programme_id: UUID, tiers: Sequence[Tier], ladder: Ladder = Ladder.GROUP) -> None:
        """Write a programme's tiers in place of those that it had; members' are then all looked at again."""
        await write_ladder(self._connection, programme_id, ladder, tiers)
        if ladder is Ladder.PERSONAL:
            await look_at_all_members(self._connection, programme_id)
        action = "programme.tiers_set" if ladder is Ladder.GROUP else "programme.personal_tiers_set"
        await self._told(action, programme_id, {"tiers": [asdict(each) for each in tiers]})

    async def loyalty_terms(self, programme_id: UUID) -> tuple[DatedTerms, ...]:
        """What a programme gives its members, by the day from which; in ascending order."""
        return await terms_of_programme(self._connection, programme_id)

    async def set_loyalty_terms(self, programme_id: UUID, dated: DatedTerms) -> None:
        """Write what a programme gives its members from a day on."""
        await write_terms(self._connection, programme_id, dated)
        await self._told("programme.loyalty_terms_set", programme_id, asdict(dated))

    async def set_notice_terms(self, programme_id: UUID, terms: NoticeTerms) -> None:
        """Write how a programme tells its members."""
        await write_notice_terms(self._connection, programme_id, terms, self.author)

    async def set_dormancy_terms(self, programme_id: UUID, terms: DormancyTerms) -> None:
        """Write by which terms a programme's cards and wallets become dormant."""
        await write_dormancy_terms(self._connection, programme_id, terms, self.author)

    async def set_bank_account(self, programme_id: UUID, account: BankAccount) -> None:
        """Write the bank account that a programme's corporate customers pay to."""
        await write_bank_account(self._connection, programme_id, account)
        await self._told("programme.bank_account_set", programme_id, asdict(account))

    async def _write(self, action: str, subject_id: UUID, statement: LiteralString, row: Mapping[str, Any]) -> None:
        await self._connection.execute(statement, {**row, "now": self.author.now})
        await self._told(action, subject_id, row)

    async def _told(self, action: str, subject_id: UUID, row: Mapping[str, Any]) -> None:
        await record(self._connection, self.author, action, subject_id, row)
        await self._connection.execute(RAISE_VERSION)
        self.catalogue = await load_catalogue(self._connection)


@asynccontextmanager
async def configuration_change(pool: Pool, author: Author) -> AsyncIterator[ConfigurationChange]:
    """Open a change of the configuration; it commits at the end, or not at all when an exception leaves the block.

    The lock on the version row makes changes follow one another. Posting groups only read that row, and never wait.
    """
    async with transaction(pool) as connection:
        await connection.execute(LOCK_VERSION)
        yield ConfigurationChange(connection, await load_catalogue(connection), author)
