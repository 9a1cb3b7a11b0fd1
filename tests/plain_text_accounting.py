"""The programs that are not ours and prove the exported book; where they are missing, the summary says so, loudly."""

import shutil
from typing import Any, Final

PROGRAMS: Final = {"beancount": "bean-check", "hledger": "hledger"}
"""By the form of the file; Debian's packages are called as these keys."""

FOUND: Final = {form: shutil.which(program) for form, program in PROGRAMS.items()}


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 (a class of pytest's own inside)
    """Say that no such program looked at the book, if the tests that ask them were to run."""
    skipped = {report.nodeid for report in terminalreporter.stats.get("skipped", ())}
    if all(any(f"another_program[{form}]" in nodeid for nodeid in skipped) for form in PROGRAMS):
        terminalreporter.write_sep("!", "THE BOOK WAS NOT PROVEN BY ANOTHER PROGRAM", red=True, bold=True)
        terminalreporter.write_line(f"None of {', '.join(PROGRAMS.values())} is here to read what is exported.")
        terminalreporter.write_line("On Debian and Ubuntu: apt-get install hledger, or beancount")
