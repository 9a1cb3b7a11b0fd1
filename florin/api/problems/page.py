"""The catalogue as a page for people; ``python -m florin.api.problems.page`` writes ``docs/problems.md``."""

import sys
from collections.abc import Iterable
from typing import Final

from florin.api.problems.catalogue import PROBLEMS
from florin.api.problems.codes import Code, DoorProblem
from florin.api.problems.members import MEMBERS
from florin.domain.declines import Decline

_PAGE: Final = """\
# Problem catalogue

Every refusal is an RFC 9457 `application/problem+json` document with a stable `code`. Programs decide by the code; the
title and detail are for people and may change. A refused request has changed nothing but counters and the audit trail.

The status says of which kind a problem is, the code says which one it is. The service explains each code at the address
in the problem's `type`, `/problems/<code>`. `instance` is the id of the request, as in the header `X-Request-Id`.

| status | kind |
| --- | --- |
| 400 | The request is not in form. |
| 401, 403 | The caller is not known; the caller is known and may not. |
| 402 | This means of payment does not pay. |
| 404 | There is no such thing for this caller. |
| 409 | Things stand otherwise than the request supposes. |
| 422 | A field is wrong, or what was asked for is more, or other, than can be had. |
| 429, 503 | Not now: the same request again after `Retry-After` seconds. |

This page is written by `make openapi` from `florin/api/problems/catalogue.py`.

## At the door

What is wrong with a request before its business is looked at. Nothing of it is kept: its idempotency key stays free.

{door}

## Declines

A **decline** is a business "no" to a request in good form. Its answer is kept under the request's idempotency key, so
that the same request gets the same answer again.

{declines}

## Members

What some problems say beside `type`, `title`, `status`, `code`, `detail` and `instance`. A member that does not apply,
or that the caller may not know, is left out. Amounts are objects of `amount`, in minor units, and `currency`.

{members}
"""
_HEAD: Final = "| code | status | what it means | what the caller does |\n| --- | --- | --- | --- |\n"


def problems_page() -> str:
    """The whole page as Markdown."""
    return _PAGE.format(door=_table(DoorProblem), declines=_table(Decline), members=_members())


def _members() -> str:
    rows = ((name, ", ".join(f"`{code}`" for code in each.codes), each.meaning) for name, each in MEMBERS.items())
    head = "| member | with | what it tells |\n| --- | --- | --- |\n"
    return head + "\n".join(f"| `{name}` | {codes} | {meaning} |" for name, codes, meaning in rows)


def _table(codes: Iterable[Code]) -> str:
    rows = ((str(code), PROBLEMS[code]) for code in sorted(codes))
    return _HEAD + "\n".join(f"| `{code}` | {each.status} | {each.meaning} | {each.remedy} |" for code, each in rows)


if __name__ == "__main__":
    sys.stdout.write(problems_page())
