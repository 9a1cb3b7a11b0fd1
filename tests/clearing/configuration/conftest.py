from collections.abc import AsyncIterator
from datetime import UTC, datetime, time

import pytest

from florin.clearing.configuration.create_programme import CreateProgramme
from florin.domain.policy.catalogue import PackName
from florin.domain.programme_terms import ProgrammeTerms
from florin.storage.audit_trail import Author
from florin.storage.configuration import ConfigurationChange, configuration_change
from florin.storage.connect import Pool

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
async def change(pool: Pool) -> AsyncIterator[ConfigurationChange]:
    """An open change of an empty configuration."""
    async with configuration_change(pool, Author(None, NOW)) as opened:
        yield opened


@pytest.fixture
def farm() -> CreateProgramme:
    """A programme to be created."""
    return CreateProgramme(
        code="farm",
        unit="CNY",
        time_zone="Asia/Shanghai",
        cut_off=time(0),
        issuer_prefix="912345",
        terms=ProgrammeTerms(name="Farm", policy_pack=PackName.CN, low_balance_threshold_minor=20_00),
    )
