"""How long a recipients' file is checked, and in what memory.

    python -m bench.check_recipients 50000

Makes files with so many good rows of five columns, as workbook and as CSV in two encodings, and has each checked some
times by the process that checks what people send. Prints one JSON line.
"""

import argparse
import asyncio
import csv
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from typing import Any, Final
from uuid import UUID

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from bench.machine import describe_host
from bench.results import save_result
from florin.batch.orders.set_recipients import check_file
from florin.domain.recipient_columns import CHINESE, NEEDED, Column
from florin.domain.recipient_row import Offer, OfferedProduct

REPEATS: Final = 5
OFFER: Final = Offer("CNY", {"gift": OfferedProduct(UUID(int=1), (200_00, 500_00), is_registered=False)})


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """A Chinese header and so many people, each another one."""
    yield tuple(CHINESE[column] for column in Column if column in NEEDED)
    for number in range(count):
        yield f"张伟{number}", f"138{number:08}", f"E-{number:06}", "gift", ("200", "500.00")[number % 2]


def workbook(count: int) -> bytes:
    """The rows as a workbook."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows(count)):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell)
    return made.getvalue()


def delimited(count: int, encoding: str) -> bytes:
    """The rows as CSV."""
    made = StringIO(newline="")
    csv.writer(made).writerows(rows(count))
    return made.getvalue().encode(encoding)


async def seconds_of(raw: bytes, count: int) -> tuple[float, float]:
    """How long one check takes, the start of its process included, and of that in processor time."""
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.flush()
        begun, used_s = time.perf_counter(), processor_s()
        checked = await check_file(file, OFFER)
        took_s, used_s = time.perf_counter() - begun, processor_s() - used_s
    if not checked.is_accepted or checked.rows != count:
        raise SystemExit(f"not accepted: {checked.findings[:3]}")
    return took_s, used_s


def processor_s() -> float:
    """What the processes that have ended had of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def measured(files: Mapping[str, bytes], count: int) -> dict[str, Any]:
    """The figures of each kind of file."""
    figures: dict[str, Any] = {"rows": count}
    for kind, raw in files.items():
        took_s, used_s = zip(*[await seconds_of(raw, count) for _ in range(REPEATS)], strict=True)
        figures[kind] = {
            "file_bytes": len(raw),
            "median_s": round(statistics.median(took_s), 2),
            "longest_s": round(max(took_s), 2),
            "median_processor_s": round(statistics.median(used_s), 2),
        }
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return figures


def main() -> None:
    """Measure, save and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("rows", type=int, nargs="?", default=50_000)
    count = arguments.parse_args().rows
    files = {
        "xlsx": workbook(count),
        "csv_utf_8": delimited(count, "utf-8"),
        "csv_gb18030": delimited(count, "gb18030"),
    }
    figures = asyncio.run(measured(files, count))
    save_result("recipients", describe_host(), figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
