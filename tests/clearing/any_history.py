"""Histories by Hypothesis: what can happen, in any order, with every proof after each step."""

from collections.abc import Coroutine
from typing import Any, ClassVar, Final, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from tests.clearing.every_proof import findings
from tests.clearing.stage import Stage

Done = TypeVar("Done")

_ANY: Final = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
_SAME: Final = settings(_ANY, max_examples=100, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


class Histories(RuleBasedStateMachine):
    """Histories of something; each begins with ``stage.world.start_over()``: one book must not break another's."""

    stage: ClassVar[Stage]

    def run(self, doing: Coroutine[Any, Any, Done]) -> Done:
        return self.stage.runner.run(doing)

    @invariant()
    def every_proof_holds(self) -> None:
        assert [] == self.run(findings(self.stage.proving))


def try_histories(of: type[Histories], stage: Stage, examples: int, *, steps: int = 30) -> None:
    """Try so many histories."""
    of.stage = stage
    run_state_machine_as_test(of, settings=settings(_ANY, max_examples=examples, stateful_step_count=steps))


def find_fault(of: type[Histories], stage: Stage, *, steps: int = 30) -> None:
    """Try the same histories every time, which a change of the class makes others, until one shows what is broken."""
    of.stage = stage
    run_state_machine_as_test(of, settings=settings(_SAME, stateful_step_count=steps))
