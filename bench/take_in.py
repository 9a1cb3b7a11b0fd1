"""How long it takes to take in a large bill, and in what memory.

    python -m bench.take_in 1000000

Runs on an embedded server of its own with durable defaults: a trade bill of WeChat Pay with that many payments, kept as
it came, read, checked against its totals and written line by line with what is said of people sealed. A process of its
own reads it, as any large file; then a bill of as many lines is read here. Both are told with the processor time that
they took of this process, and with how late it came to whatever else it had to do. Beside it: the time of reading
alone, and the peak of this process's memory before and after. Prints one JSON line.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final
from uuid import UUID

from bench.machine import describe_machine
from bench.memory import peak_mb
from bench.own_server import make_demo, own_server
from bench.results import save_result
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms, owner_of
from florin.domain.statement_file import FileFormat, FileState
from florin.reconciliation import take_in
from florin.reconciliation.files.read_file import read_file
from florin.reconciliation.take_in import LONGEST_FILE_BYTES, read_received, receive
from florin.settings import Settings
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool, open_pool
from florin.storage.embedded import EmbeddedServer
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.engine import PostingEngine
from florin.storage.reconciliation.counterparties import add_counterparty

EVERY_S: Final = 0.005
NOW: Final = datetime(2026, 11, 21, 4, tzinfo=UTC)
FIRST: Final = datetime(2026, 11, 20)  # noqa: DTZ001 (a bill has wall clocks)
TRADE: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def bill(lines: int, day: datetime) -> Iterator[str]:
    """The lines of a trade bill: each payment of a hundred yuan with sixty fen of fee."""
    yield TRADE
    for n in range(lines):
        at = day + timedelta(seconds=n * 86_399 // lines)
        yield (
            f"`{at},`wx1,`1900000001,`0,`,`420000{n:022d},`{n:032x},`,`NATIVE,`SUCCESS,`OTHERS,`CNY,`100.00,`0.00,`0,`0,"
            "`0.00,`0.00,`,`,`Wallet top-up,`,`0.60000,`0.60%,`100.00,`0.00,`"
        )
    yield TOTALS
    fees = lines * 60
    yield f"`{lines},`{lines}00.00,`0.00,`0.00,`{fees // 100}.{fees % 100:02d}000,`{lines}00.00,`0.00"


async def measure(server: EmbeddedServer, bills: Sequence[IO[bytes]]) -> dict[str, Any]:
    """Read a bill alone, then take in one that another process reads, and one that is read here."""
    begun = time.perf_counter()
    for _ in read_file(FileFormat.WECHAT_TRADE, bills[0], "CNY"):
        pass
    figures: dict[str, Any] = {
        "read_alone_s": round(time.perf_counter() - begun, 1),
        "peak_read_alone_mb": peak_mb(),
    }
    async with open_pool(server.service_url(), Settings()) as pool, PostingEngine(pool) as engine:
        house = ClearingHouse(engine, pool, Vault(Keyring.generate()))
        counterparty = await registered(pool)
        for name, read_here_bytes, raw in zip(("apart", "here"), (0, LONGEST_FILE_BYTES), bills, strict=True):
            vars(take_in)["READ_HERE_BYTES"] = read_here_bytes
            begun = time.perf_counter()
            kept = await receive(house, counterparty, FileFormat.WECHAT_TRADE, "bill.csv", raw, NOW)
            kept_s = time.perf_counter() - begun
            figures[name] = {"kept_s": round(kept_s, 1), **await taken_in(house, kept.id), "peak_mb": peak_mb()}
    return figures


async def taken_in(house: ClearingHouse, file_id: UUID) -> dict[str, Any]:
    """Read a bill that was kept: what that took, and how late somebody was served who came every few milliseconds."""
    late_ms: list[float] = []
    waiting = asyncio.create_task(_wait(late_ms))
    begun, used_s = time.perf_counter(), time.process_time()
    file = await read_received(house, file_id, NOW)
    took_s, used_s = time.perf_counter() - begun, time.process_time() - used_s
    waiting.cancel()
    if file is None or file.state is not FileState.TAKEN_IN:
        raise SystemExit(f"the bill was not taken in: {file}")
    late_ms.sort()
    return {
        "lines": file.lines,
        "size_mb": file.size_bytes >> 20,
        "taken_in_s": round(took_s, 1),
        "lines_per_s": round(file.lines / took_s),
        "own_cpu_s": round(used_s, 2),
        "late_p50_ms": round(late_ms[len(late_ms) // 2], 1),
        "late_p99_ms": round(late_ms[len(late_ms) * 99 // 100], 1),
    }


async def _wait(late_ms: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(EVERY_S)
        late_ms.append((time.perf_counter() - begun - EVERY_S) * 1000)


async def registered(pool: Pool) -> Counterparty:
    """The provider whose bill it is."""
    (programme,) = list((await read_catalogue(pool)).programmes.values())[:1]
    code = "wechat"
    counterparty = Counterparty(
        id=fresh_id(),
        kind=CounterpartyKind.PROVIDER,
        code=code,
        programme_id=programme.id,
        owner_id=owner_of(CounterpartyKind.PROVIDER, code, programme.id),
        account_number=None,
        currency="CNY",
        terms=CounterpartyTerms(name="WeChat Pay", formats=frozenset({FileFormat.WECHAT_TRADE})),
        created_at=NOW,
    )
    await add_counterparty(pool, counterparty, Author(None, NOW, "bench"))
    return counterparty


def main() -> None:
    """Measure on a server of our own."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("lines", type=int, nargs="?", default=1_000_000)
    lines = options.parse_args().lines
    with own_server() as server, ExitStack() as opened:
        asyncio.run(make_demo(server, NOW))
        bills = [opened.enter_context(tempfile.TemporaryFile(prefix="florin-bench-")) for _ in range(2)]
        for more, raw in enumerate(bills):
            for line in bill(lines + more, FIRST + timedelta(days=more)):
                raw.write(f"{line}\r\n".encode())
            raw.seek(0)
        machine = describe_machine(server)
        figures = {"peak_at_start_mb": peak_mb(), **asyncio.run(measure(server, bills))}
    save_result("take-in", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
