from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest

from florin.clearing.configuration.add_product import AddProduct, add_product
from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.clearing.configuration.publish_agreement import PublishAgreement, publish_agreement
from florin.clearing.configuration.update_programme import UpdateProgramme, update_programme
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import Product, ProductKind, Programme
from florin.domain.programme_terms import ProgrammeTerms, terms_of
from florin.storage.configuration import Agreement, ConfigurationChange

NOBODY = UUID(int=7)
CARD = AddProduct(
    programme_id=NOBODY,
    code="gift",
    name="Gift card",
    kind=ProductKind.BEARER_GIFT,
    denominations_minor=(100_00, 1_000_00),
    has_ecode=True,
    validity_years=3,
)


@pytest.fixture
async def programme(change: ConfigurationChange, farm: CreateProgramme) -> Programme:
    created = await create_programme(change, farm)
    assert isinstance(created, Programme)
    return created


async def test_a_created_programme_is_in_the_catalogue(change: ConfigurationChange, programme: Programme) -> None:
    assert programme == change.catalogue.programmes[programme.id]
    assert programme == change.catalogue.programme_by_code("farm")


async def test_a_programme_code_is_used_once(
    change: ConfigurationChange, farm: CreateProgramme, programme: Programme
) -> None:
    assert Decline.CODE_TAKEN == await create_programme(change, replace(farm, issuer_prefix="923456"))
    assert [programme] == list(change.catalogue.programmes.values())


async def test_two_programmes_never_share_an_issuer_prefix(
    change: ConfigurationChange, farm: CreateProgramme, programme: Programme
) -> None:
    assert Decline.ISSUER_PREFIX_TAKEN == await create_programme(change, replace(farm, code="barn"))
    assert [programme] == list(change.catalogue.programmes.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "Farm"), ("unit", "EUR"), ("time_zone", "Mars"), ("cut_off", time(0, 0, 1)), ("issuer_prefix", "812345")],
)
def test_a_programme_that_could_never_be_is_not_even_asked_for(
    farm: CreateProgramme, field: str, value: str | time
) -> None:
    changes: dict[str, Any] = {field: value}
    with pytest.raises(InvalidField):
        replace(farm, **changes)


async def test_new_terms_replace_the_old_and_leave_what_is_fixed(
    change: ConfigurationChange, programme: Programme
) -> None:
    terms = replace(terms_of(programme), name="Honey Farm", low_balance_threshold_minor=0, dormancy_days=365)

    changed = await update_programme(change, UpdateProgramme(programme.id, terms))

    assert changed == replace(programme, name="Honey Farm", low_balance_threshold_minor=0, dormancy_days=365)
    assert changed == change.catalogue.programmes[programme.id]


async def test_an_unknown_programme_is_not_changed(change: ConfigurationChange, programme: Programme) -> None:
    assert Decline.PROGRAMME_NOT_FOUND == await update_programme(change, UpdateProgramme(NOBODY, terms_of(programme)))


async def test_a_stricter_pack_is_refused_while_a_product_breaks_its_cap(
    change: ConfigurationChange, farm: CreateProgramme
) -> None:
    free = await create_programme(change, replace(farm, terms=replace(farm.terms, policy_pack=PackName.NONE)))
    assert isinstance(free, Programme)
    product = await add_product(change, replace(CARD, programme_id=free.id, denominations_minor=(2_000_00,)))
    assert isinstance(product, Product)
    terms: ProgrammeTerms = replace(terms_of(free), policy_pack=PackName.CN)

    assert Decline.LIMIT_EXCEEDED == await update_programme(change, UpdateProgramme(free.id, terms))
    assert free == change.catalogue.programmes[free.id]


async def test_a_product_is_added_to_its_programme(change: ConfigurationChange, programme: Programme) -> None:
    product = await add_product(change, replace(CARD, programme_id=programme.id))

    assert isinstance(product, Product)
    assert product == change.catalogue.product_by_code(programme.id, "gift")


@pytest.mark.parametrize(
    ("kind", "face_minor", "expected"),
    [
        (ProductKind.BEARER_GIFT, 1_000_00, None),
        (ProductKind.BEARER_GIFT, 1_000_01, Decline.LIMIT_EXCEEDED),
        (ProductKind.RECHARGE, 2_000_00, Decline.LIMIT_EXCEEDED),
        (ProductKind.REGISTERED_GIFT, 2_000_00, None),
        (ProductKind.REGISTERED_GIFT, 5_000_01, Decline.LIMIT_EXCEEDED),
    ],
)
async def test_a_denomination_keeps_to_the_cap_of_the_policy_pack(
    change: ConfigurationChange, programme: Programme, kind: ProductKind, face_minor: int, expected: Decline | None
) -> None:
    faces_minor = (100_00, face_minor)
    wanted = replace(CARD, programme_id=programme.id, kind=kind, denominations_minor=faces_minor, validity_years=None)

    result = await add_product(change, wanted)

    assert expected == (result if isinstance(result, Decline) else None)
    assert (0 if expected else 1) == len(change.catalogue.products)


@pytest.mark.parametrize(
    ("kind", "years", "expected"),
    [
        (ProductKind.BEARER_GIFT, 3, None),
        (ProductKind.BEARER_GIFT, None, None),
        (ProductKind.BEARER_GIFT, 2, Decline.VALIDITY_TOO_SHORT),
        (ProductKind.RECHARGE, 1, Decline.VALIDITY_TOO_SHORT),
        (ProductKind.REGISTERED_GIFT, 100, Decline.VALIDITY_TOO_SHORT),
        (ProductKind.REGISTERED_GIFT, None, None),
    ],
)
async def test_a_validity_that_the_law_would_not_keep_to_is_not_offered(
    change: ConfigurationChange, programme: Programme, kind: ProductKind, years: int | None, expected: Decline | None
) -> None:
    result = await add_product(change, replace(CARD, programme_id=programme.id, kind=kind, validity_years=years))

    assert expected == (result if isinstance(result, Decline) else None)
    assert (0 if expected else 1) == len(change.catalogue.products)


async def test_a_stricter_pack_is_refused_while_a_product_expires_too_soon_for_it(
    change: ConfigurationChange, farm: CreateProgramme
) -> None:
    free = await create_programme(change, replace(farm, terms=replace(farm.terms, policy_pack=PackName.NONE)))
    assert isinstance(free, Programme)
    assert isinstance(await add_product(change, replace(CARD, programme_id=free.id, validity_years=1)), Product)
    terms = replace(terms_of(free), policy_pack=PackName.CN)

    assert Decline.VALIDITY_TOO_SHORT == await update_programme(change, UpdateProgramme(free.id, terms))
    assert free == change.catalogue.programmes[free.id]


async def test_a_product_code_is_used_once_in_a_programme(change: ConfigurationChange, programme: Programme) -> None:
    wanted = replace(CARD, programme_id=programme.id)
    await add_product(change, wanted)

    assert Decline.CODE_TAKEN == await add_product(change, wanted)
    assert Decline.PROGRAMME_NOT_FOUND == await add_product(change, CARD)


async def test_an_agreement_is_published_once_a_version(change: ConfigurationChange, programme: Programme) -> None:
    wanted = PublishAgreement(
        programme_id=programme.id, version="1", text="We keep our word.", effective_at=change.author.now
    )

    assert isinstance(await publish_agreement(change, wanted), Agreement)
    assert Decline.CODE_TAKEN == await publish_agreement(change, replace(wanted, text="We do not."))
    assert isinstance(await publish_agreement(change, replace(wanted, version="2")), Agreement)
    assert Decline.PROGRAMME_NOT_FOUND == await publish_agreement(change, replace(wanted, programme_id=NOBODY))


@pytest.mark.parametrize("text", ["", " \n", "x" * 200_001, "nul\0"])
def test_an_agreement_says_something(text: str) -> None:
    with pytest.raises(InvalidField, match="text"):
        PublishAgreement(programme_id=NOBODY, version="1", text=text, effective_at=datetime(2026, 3, 1, tzinfo=UTC))
