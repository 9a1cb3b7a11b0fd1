"""Loaded by schemathesis in its own process: who calls, and which of the ids that it makes up stand for something.

Most requests come from a caller whom the route lets in, some from any of the others. The variable `DOCUMENT_PLAN` holds
the tokens by kind of caller, and the ids that exist by the name of the parameter that takes them.
"""

import json
import os
import random
import re
from collections import Counter
from typing import Any, Final
from zlib import crc32

import schemathesis
from schemathesis import AuthContext, HookContext
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES

OTHERS_OF_TEN: Final = 2
KNOWN_OF_TEN: Final = 6
ONE_WRONG_TYPE_OF: Final = 3

Case = schemathesis.Case[Any]

_plan: Final = json.loads(os.environ["DOCUMENT_PLAN"])
TOKENS: Final[dict[str, str]] = _plan["tokens"]
IDS: Final[dict[str, list[str]]] = _plan["ids"]
_ID: Final = re.compile(r"[a-z]{3,4}_[0-9a-f]{32}")
_chance: Final = random.Random(20261122)


def let_in(case: Case) -> list[str]:
    """The kinds of callers to whom the document opens a route."""
    kinds = set()
    for each in case.operation.definition.raw.get("security", []):
        for scheme, scopes in each.items():
            if scheme == "session":
                kinds.add("member")
            if scheme == "api_key" and OPERATOR_SCOPES.issuperset(scopes):
                kinds.add("operator's machine")
            if scheme == "api_key" and TILL_SCOPES.issuperset(scopes):
                kinds.add("till")
            if scheme == "login":
                kinds.update(scopes)  # The roles, by which the plan has a token of somebody each.
    return sorted(kinds) or ["nobody"]


@schemathesis.auth()
class Callers:
    """Chooses who sends a request."""

    def get(self, case: Case, _: AuthContext) -> str:
        """The kind of caller."""
        is_other = _chance.randrange(10) < OTHERS_OF_TEN
        return _chance.choice(["nobody", *TOKENS] if is_other else let_in(case))

    def set(self, case: Case, data: str, _: AuthContext) -> None:
        """Show the caller's token, unless it is nobody."""
        if data in TOKENS:
            case.headers["Authorization"] = f"Bearer {TOKENS[data]}"


@schemathesis.hook
def before_call(_: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Often replace an id in form by one of something that exists."""
    del kwargs
    for name, value in case.path_parameters.items():
        if name in IDS and _ID.fullmatch(str(value)) and _chance.randrange(10) < KNOWN_OF_TEN:
            case.path_parameters[name] = _chance.choice(IDS[name])


_wrong_types: Final[Counter[tuple[str, ...]]] = Counter()


@schemathesis.hook
def filter_case(_: HookContext, case: Case) -> bool:
    """Let a field meet a third of the wrong types, in turns, so that each kind of field still meets all of them.

    Otherwise every property of every body would be given a value of each of the five or six types that it is not of,
    which is a third of all requests, while fields of one kind are read by the same code.
    """
    about = None if case.meta is None else case.meta.phase.data
    if not isinstance(about, CoveragePhaseData) or about.scenario is not CoverageScenario.INCORRECT_TYPE:
        return True
    field = case.operation.label, str(about.parameter), about.description
    turn, _wrong_types[field] = _wrong_types[field], _wrong_types[field] + 1
    return (turn + crc32("".join(field).encode())) % ONE_WRONG_TYPE_OF == 0
