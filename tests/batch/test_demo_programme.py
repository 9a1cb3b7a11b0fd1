from datetime import time, timedelta

import pytest

from florin.batch.demo_programme import DemoCodeTaken, DemoProgramme, create_demo_programme
from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.crypto.tokens import API_KEY
from florin.domain.dormancy import Ending, rules_of
from florin.domain.programme import ProductKind
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.configuration import configuration_change
from florin.storage.connect import Connection, Pool
from florin.storage.dormancy.dormancy import terms_of
from florin.storage.notices.notice_texts import read_terms
from tests.batch.conftest import NOW


async def test_the_demo_has_its_products_in_the_denominations_of_the_trade(pool: Pool, demo: DemoProgramme) -> None:
    catalogue = await read_catalogue(pool)

    assert {
        "gift": (ProductKind.BEARER_GIFT, (100_00, 200_00, 500_00, 1000_00), True),
        "gift-registered": (ProductKind.REGISTERED_GIFT, (100_00, 200_00, 500_00, 1000_00, 2000_00), False),
        "recharge": (ProductKind.RECHARGE, (100_00, 200_00, 500_00, 1000_00), False),
    } == {each.code: (each.kind, each.denominations_minor, each.has_ecode) for each in catalogue.products.values()}
    assert demo.programme == catalogue.programme_by_code("honeynut")


async def test_the_first_recharge_card_of_a_hundred_costs_ninety(pool: Pool, demo: DemoProgramme) -> None:
    catalogue = await read_catalogue(pool)
    products = [each for each in catalogue.products.values() if each.programme_id == demo.programme.id]
    trials = {each.code: (each.trial_face_minor, each.trial_price_minor) for each in products}
    assert {"gift": (None, None), "gift-registered": (None, None), "recharge": (100_00, 90_00)} == trials


async def test_every_shop_sells_and_accepts_at_two_tills(pool: Pool, demo: DemoProgramme) -> None:
    catalogue = await read_catalogue(pool)

    assert 10 == len(catalogue.merchants)
    for merchant in catalogue.merchants.values():
        assert catalogue.accepts(demo.programme.id, merchant.id)
        assert catalogue.sells(demo.programme.id, merchant.id)
        tills = [each.code for each in catalogue.terminals.values() if each.merchant_id == merchant.id]
        assert ["till-1", "till-2"] == sorted(tills)


async def test_every_token_opens_what_it_is_for(pool: Pool, demo: DemoProgramme) -> None:
    catalogue = await read_catalogue(pool)

    assert demo.operator_token is not None
    operator = catalogue.keys_by_digest[API_KEY.digest(demo.operator_token) or b""]
    assert (None, OPERATOR_SCOPES) == (operator.merchant_id, operator.scopes)
    assert 10 == len(demo.merchant_tokens)
    for code, token in demo.merchant_tokens.items():
        key = catalogue.keys_by_digest[API_KEY.digest(token) or b""]
        merchant = catalogue.merchant_by_code(code)
        assert merchant is not None
        assert (merchant.id, TILL_SCOPES) == (key.merchant_id, key.scopes)


async def test_its_members_are_told_and_nobody_loses_a_balance(pool: Pool, demo: DemoProgramme) -> None:
    notices, dormancy = await read_terms(pool, demo.programme.id), await terms_of(pool, demo.programme.id)

    assert (time(22), time(8), 8, True) == (
        notices.quiet_from, notices.quiet_until, notices.member_day, notices.birthdays
    )  # fmt: skip
    rules = rules_of(demo.programme, dormancy)
    assert (30, 30, 20_00, 30, 7) == (
        rules.unused.days, rules.low_balance.days, rules.low_balance_minor, rules.inactive.days, rules.notice.days
    )  # fmt: skip
    assert Ending.NONE is dormancy.ending


async def test_creating_the_demo_again_changes_nothing_and_shows_no_token(pool: Pool, demo: DemoProgramme) -> None:
    before = await read_catalogue(pool)

    again = await create_demo_programme(pool, NOW + timedelta(days=1))

    assert DemoProgramme(demo.programme) == again
    assert before == await read_catalogue(pool)


async def test_a_demo_that_cannot_be_whole_is_not_begun(pool: Pool, connection: Connection) -> None:
    async with configuration_change(pool, Author(None, NOW)) as change:
        await add_merchant(change, AddMerchant("delivery", "Somebody else's delivery"))
    before = await read_catalogue(pool)

    with pytest.raises(DemoCodeTaken):
        await create_demo_programme(pool, NOW)

    assert before == await read_catalogue(pool)
    assert [(0,)] == await (await connection.execute("SELECT count(*) FROM agreement")).fetchall()


async def test_members_find_an_agreement_to_accept(connection: Connection, demo: DemoProgramme) -> None:
    rows = await connection.execute("SELECT programme_id, version, effective_at, length(text) > 400 FROM agreement")

    assert [(demo.programme.id, "1", NOW, True)] == await rows.fetchall()


def test_tokens_do_not_show_in_a_repr() -> None:
    programme = DemoProgramme.__dataclass_fields__

    assert ["programme"] == [name for name, each in programme.items() if each.repr]
