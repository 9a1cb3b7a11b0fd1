"""The packs that a programme can choose from, by name."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from florin.domain.policy.cn import CN
from florin.domain.policy.pack import Pack
from florin.domain.policy.unregulated import UNREGULATED


class PackName(StrEnum):
    """The name under which a programme keeps its choice."""

    CN = "cn"
    NONE = "none"


PACKS: Final[Mapping[PackName, Pack]] = MappingProxyType({PackName.CN: CN, PackName.NONE: UNREGULATED})
