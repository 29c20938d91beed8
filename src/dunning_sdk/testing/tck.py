"""Run the DMN Technology Compatibility Kit over any folder laid out as the kit is.

``python -m dunning_sdk.testing.tck DIR [--format json] [--list]`` prints per folder what passed,
failed, ended in an error, or does not apply, and the totals with the cases that expect a value
and those that expect null apart. Exit code 0: all passed; 1: some did not, or there was no case.

A case does not apply if its decision rests on a function of another language, as Java: whatever
it expects could be met by accident only.
"""

import argparse
import datetime
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from dunning_sdk.dmn.evaluate import Model, compile_model
from dunning_sdk.dmn.model import Definitions, Import
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.feel.environment import Clock, FixedClock, Limits
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.formatter import format_value
from dunning_sdk.feel.values import Value
from dunning_sdk.testing.tck_case import TckCase, read_cases, same


class Status(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """Be what became of one case.

    Attributes:
        folder: Its folder, below the folder asked for.
        case: Its file and id.
        status: What became of it.
        expects_null: Whether null is all it expects.
        message: What was found instead.
    """

    folder: str
    case: str
    status: Status
    expects_null: bool
    message: str = ""

    @property
    def id(self) -> str:
        """Return folder, file and id."""
        return f"{self.folder}/{self.case}"


def run_tck(root: Path, *, clock: Clock | None = None) -> Iterator[CaseResult]:
    """Yield the result of every case below a folder, in the order of their names.

    Args:
        root: Any folder with folders of cases below it, or one such folder.
        clock: Answers ``now()`` and ``today()``; the time of the run when left out.
    """
    clock = clock or FixedClock(datetime.datetime.now(datetime.UTC))
    for path in sorted(root.rglob("*.xml")):
        folder = path.parent.relative_to(root).as_posix()
        try:
            cases = read_cases(path.read_bytes())
        except (FeelError, ValueError, ArithmeticError) as error:
            yield CaseResult(
                folder=folder,
                case=path.stem,
                status=Status.ERROR,
                expects_null=False,
                message=str(error),
            )
            continue
        models: dict[str, Model | str] = {}
        for case in cases or ():
            if case.model not in models:
                models[case.model] = _load(path.parent / case.model)
            status, message = _run(models[case.model], case, clock)
            yield CaseResult(
                folder=folder,
                case=f"{path.stem}/{case.id}",
                status=status,
                expects_null=case.expects_null,
                message=message,
            )


def _load(path: Path) -> Model | str:
    """Return a model, or what is wrong with it."""

    def resolve(wanted: Import) -> Definitions | None:
        for each in sorted(path.parent.glob("*.dmn")):
            found = read_definitions(each.read_bytes())
            if found.namespace == wanted.namespace:
                return found
        return None

    try:
        definitions = read_definitions(path.read_bytes())
        return compile_model(definitions, resolver=resolve, limits=Limits(calls=128))
    except (FeelError, OSError) as error:
        return f"{path.name}: {error}"


def _run(model: Model | str, case: TckCase, clock: Clock) -> tuple[Status, str]:
    if isinstance(model, str):
        return Status.ERROR, model
    try:
        answers = _answers(model, case, clock)
    except FeelError as error:
        return Status.ERROR, str(error)
    if answers is None:
        return Status.NOT_APPLICABLE, "rests on a function of another language"
    for result in case.results:
        if not same(answers[result.name], result.expected):
            said = f"expected {_said(result.expected)}, found {_said(answers[result.name])}"
            return Status.FAILED, f"{result.name}: {said}"
    return Status.PASSED, ""


def _answers(model: Model, case: TckCase, clock: Clock) -> Mapping[str, Value] | None:
    """Return the value per result, or ``None`` if the case does not apply."""
    names = [result.name for result in case.results]
    if any(model.needs_external(name) for name in ([case.service] if case.service else names)):
        return None
    if not case.service:
        return model.evaluate(case.facts, decisions=names, clock=clock).values
    value = model.invoke(case.service, case.facts, clock=clock).values[case.service]
    if len(names) == 1:
        return {names[0]: value}
    return {name: value.get(name) if isinstance(value, dict) else None for name in names}


def _said(value: Value) -> str:
    text = format_value(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


_COLUMNS: Final = (Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE)


def _counts(results: Sequence[CaseResult]) -> dict[str, int]:
    counted = Counter(result.status for result in results)
    return {status.value: counted[status] for status in _COLUMNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Be the numbers of a run, each the number of cases per status.

    Attributes:
        folders: Per folder.
        totals: Of all cases, of those that expect a value, and of those that expect null.
    """

    folders: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, Mapping[str, int]]


def summarize(results: Sequence[CaseResult]) -> Summary:
    """Return the numbers of a run."""
    folders = sorted({result.folder for result in results})
    return Summary(
        folders={
            folder: _counts([result for result in results if result.folder == folder])
            for folder in folders
        },
        totals={
            "total": _counts(results),
            "value-expected": _counts([one for one in results if not one.expects_null]),
            "null-expected": _counts([one for one in results if one.expects_null]),
        },
    )


def _text(results: Sequence[CaseResult]) -> Iterator[str]:
    numbers = summarize(results)
    lines = {**numbers.folders, **numbers.totals}
    width = max(map(len, lines))
    yield f"{'':{width}}  " + "  ".join(f"{status.value:>14}" for status in _COLUMNS)
    for name, counts in lines.items():
        yield f"{name:{width}}  " + "  ".join(f"{number:>14}" for number in counts.values())
    for result in results:
        if result.status in (Status.FAILED, Status.ERROR):
            yield f"{result.status.upper()} {result.id}: {result.message}"


def _json(results: Sequence[CaseResult]) -> str:
    numbers = summarize(results)
    unmet = [
        {"case": one.id, "status": one.status, "message": one.message}
        for one in results
        if one.status in (Status.FAILED, Status.ERROR)
    ]
    content = {"folders": numbers.folders, **numbers.totals, "failures": unmet}
    return json.dumps(content, indent=2, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the kit and print what came of it.

    Args:
        arguments: As on the command line; ``None`` for those of the process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m dunning_sdk.testing.tck", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="Folder laid out as the kit is.")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="How to print.")
    parser.add_argument("--list", action="store_true", help="Print the passed cases only, to pin.")
    chosen = parser.parse_args(arguments)
    results = list(run_tck(chosen.folder))
    if chosen.list:
        lines = [result.id for result in results if result.status is Status.PASSED]
    elif chosen.format == "json":
        lines = [_json(results)]
    else:
        lines = list(_text(results))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    bad = any(result.status in (Status.FAILED, Status.ERROR) for result in results)
    return 1 if bad or not results else 0


if __name__ == "__main__":
    raise SystemExit(main())
