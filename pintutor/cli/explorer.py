"""`pintutor explore` and `pintutor bisect`: what races come to, on which kernels."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pintutor.cli.envelope import FAILED, FINE, INCOMPLETE, USAGE, Problem, Reply
from pintutor.cli.verdicts import verdicts

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pintutor.content.races.combinations import Combination
    from pintutor.content.races.explored import Explored
    from pintutor.content.races.searching import Progress, Settings
    from pintutor.content.scenario import Scenario
    from pintutor.patches.patch import Patch

INTERRUPTED = 130


def explore(options: Namespace) -> Reply:
    """Explore the races of scenarios, or carry a schedule out that was saved."""
    if options.replay:
        from pintutor.cli.replaying import replay

        return replay(options.replay)
    if options.verdict:
        return verdicts(options)
    found_races = races(options)
    kernels = {race.name: kernels_of(race, options) for race in found_races}
    settings = _settings(options)
    found: list[Explored] = []
    with ExitStack() as stack:
        executor = _executor(options, stack)
        progress = stack.enter_context(_counted())
        for race in found_races:
            found.append(_explored(race, kernels[race.name], settings, progress, executor))
            if found[-1].interrupted:
                break
    return Reply([each.to_json() for each in found], _lines(found, options), _status(found))


def races(options: Namespace) -> list[Scenario]:
    """The races that are asked for."""
    from pintutor.content.reading import load
    from pintutor.content.scenario import find, scenarios

    files = [find(options.file)] if options.file else scenarios()
    found = [each for each in map(load, files) if each.race is not None]
    if not found:
        raise Problem(
            f"{options.file} is no race: it has no CPUs",
            code="no-race",
            status=FAILED,
            hint="`pintutor run` runs it",
        )
    return found


def kernels_of(race: Scenario, options: Namespace) -> tuple[Combination, ...]:
    """The kernels to explore on, each with each combination of the patches asked for."""
    from pintutor.content.races.combinations import all_kernels, with_patches

    named = options.kernel.split(",") if options.kernel else race.kernels
    kernels = all_kernels(named) if options.all_kernels else tuple(named)
    return with_patches(kernels, _patches(options.patches) if options.patches else ())


def _patches(asked: str) -> tuple[Patch, ...]:
    from pintutor.content.races.explore_commands import PATCHES
    from pintutor.lab.words import Word

    return PATCHES.parse(Word(asked, 0, len(asked)), None)


def _settings(options: Namespace) -> Settings:
    from pintutor.content.races.searching import Settings
    from pintutor.sim.search.strategies import STRATEGIES, Limits

    strategy = options.strategy or ""
    if strategy and strategy not in STRATEGIES:
        from pintutor.lab.errors import did_you_mean, printable

        raise Problem(
            f"no strategy is called `{printable(strategy[:40])}`"
            + did_you_mean(strategy, STRATEGIES),
            code="unknown-strategy",
            status=USAGE,
            hint="there is " + ", ".join(STRATEGIES),
        )
    limits = Limits(options.preemptions, options.runs, options.seed)
    return Settings(strategy, options.budget, limits)


def _executor(options: Namespace, stack: ExitStack) -> Callable[[], Executor] | None:
    """What gives the processes that search, if there are to be several."""
    if options.workers == 1:
        return None
    from pintutor.content.races.crew import Workers
    from pintutor.content.races.explore_commands import refuse_workers

    refuse_workers(options.strategy or "")
    return stack.enter_context(Workers(options.workers)).executor


@contextmanager
def _counted() -> Iterator[Callable[[str], Progress]]:
    """Counts executions on stderr; gives what is to be told of each race on a kernel."""
    from pintutor.lab.progress import TELLS
    from pintutor.lab.progress import Progress as Counter
    from pintutor.repl.elapsed import Elapsed

    counter = Counter(stop=TELLS)

    def on(race: str) -> Progress:
        return lambda count, expected: counter.ran(count, expected, race)

    with Elapsed(lambda: counter):
        yield on


def _explored(
    race: Scenario,
    kernels: Sequence[Combination],
    settings: Settings,
    progress: Callable[[str], Progress],
    executor: Callable[[], Executor] | None,
) -> Explored:
    from pintutor.content.races.explored import explore_all

    return explore_all(
        race,
        kernels,
        settings=settings,
        progress=lambda kernel: progress(f"{race.name} on {kernel}"),
        executor=executor,
    )


def _lines(found: Sequence[Explored], options: Namespace) -> list[str]:
    import textwrap

    from pintutor.view.races import explored_lines, markdown_lines, matrix_lines

    if options.matrix:
        return matrix_lines(found)
    if options.markdown:
        return [line for each in found for line in markdown_lines(each)]
    lines = []
    for each in found:
        about = textwrap.wrap(
            each.scenario.about, 78, initial_indent="  ", subsequent_indent="  "
        )
        lines += [each.scenario.name, *about, *explored_lines(each)]
    return lines


def _status(found: Sequence[Explored]) -> int:
    kernels = [on for each in found for on in each.kernels]
    if any(each.interrupted for each in found):
        return INTERRUPTED
    if any(on.refuted for on in kernels):
        return FAILED
    return INCOMPLETE if any(on.unsettled for on in kernels) else FINE


def bisect(options: Namespace) -> Reply:
    """Find the patch between two kernels that turned what a scenario comes to."""
    from pintutor.content.races.bisecting import bisect as bisected
    from pintutor.content.races.bisecting import turning_kernels
    from pintutor.content.reading import load
    from pintutor.content.scenario import find
    from pintutor.lab.expressions import Expression
    from pintutor.view.bisections import bisection_rows
    from pintutor.view.rows import plain

    scenario = load(find(options.file))
    old, new = turning_kernels(scenario)
    with _counted() as progress:
        found = bisected(
            scenario,
            options.old or old,
            options.new or new,
            expression=Expression.parse(options.value, 0) if options.value else None,
            progress=progress(scenario.name),
        )
    return Reply(found.to_json(), [plain(one) for one in bisection_rows(found, 80)])
