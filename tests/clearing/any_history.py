"""Histories by Hypothesis: what can happen, in any order, with every proof after each step."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.clearing.every_proof import findings
from tests.clearing.stage import Stage

Done = TypeVar("Done")
Happens = TypeVar("Happens", bound=Callable[..., None])

_ANY: Final = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
_SAME: Final = settings(_ANY, max_examples=100, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)

_DRAWN: Final[dict[Callable[..., None], dict[str, st.SearchStrategy[Any]]]] = {}
_OFTEN: Final[dict[Callable[..., None], int]] = {}


def happening(*, often: int = 1, **drawn: st.SearchStrategy[Any]) -> Callable[[Happens], Happens]:
    """Declare what can happen, how often as against the others, and what is drawn for it: Hypothesis's ``rule``.

    Of rules Hypothesis leaves most out of most histories, so that in a thousand of them everything is tried in excess.
    A dozen histories then seldom come to what takes three different rules: of fifteen, three had an order at all.
    """

    def declare(happens: Happens) -> Happens:
        _DRAWN[happens], _OFTEN[happens] = drawn, often
        return happens

    return declare


class Histories(RuleBasedStateMachine):
    """Histories of something; each begins with ``stage.world.start_over()``: one book must not break another's."""

    stage: ClassVar[Stage]
    happenings: ClassVar[list[Callable[..., None]]]

    def __init_subclass__(cls) -> None:
        """Find what can happen in it."""
        super().__init_subclass__()
        cls.happenings = [
            each for each in vars(cls).values() if callable(each) and each in _DRAWN for _ in range(_OFTEN[each])
        ]

    def run(self, doing: Coroutine[Any, Any, Done]) -> Done:
        return self.stage.runner.run(doing)

    @precondition(lambda self: self.happenings)
    @rule(choices=st.data())
    def happen(self, choices: st.DataObject) -> None:
        """One of the happenings, each as likely as it is declared."""
        happens = choices.draw(st.sampled_from(self.happenings))
        happens(self, **{name: choices.draw(each) for name, each in _DRAWN[happens].items()})

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
