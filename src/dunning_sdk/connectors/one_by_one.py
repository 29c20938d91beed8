"""Take a list one record at a time: a faulty one is a problem of its own, and the others stand.

Decides how the fault of one record is named. What a record is, and what it says in our words, is
the connector's.

>>> problems = []
>>> def half(number):
...     if number % 2:
...         raise InputError("is odd", source=f"number {number}")
...     return number // 2
>>> sound([2, 3, 4], half, problems)
[1, 2]
>>> [str(problem) for problem in problems]
['number 3: is odd']
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from dunning_sdk.connectors.payload import Payload, as_problem, read_payload
from dunning_sdk.errors import ConnectorInvalidError, InputError

Model = TypeVar("Model", bound=Payload)
Record = TypeVar("Record")
Said = TypeVar("Said")


def read_each(
    model: type[Model],
    listed: Iterable[object],
    *,
    connector: str,
    what: str,
    problems: list[InputError],
    id: str = "id",
) -> Iterator[Model]:
    """Yield each record of an outside system that is as expected.

    Args:
        model: What is expected.
        listed: As the outside system sent it, page after page.
        connector: Named in the problems.
        what: What one record is, such as ``invoice``.
        problems: Where the others are named.
        id: Field that tells records apart.

    Raises:
        ConnectorError: Whatever reading the list raises.
    """
    for data in listed:
        known = data.get(id) if isinstance(data, dict) else None
        label = what if known is None else f"{what} {known}"
        try:
            yield read_payload(model, data, connector=connector, what=label)
        except ConnectorInvalidError as exc:
            problems.append(as_problem(exc, source=f"{connector}:{known or what}"))


def sound(
    records: Iterable[Record], say: Callable[[Record], Said], problems: list[InputError]
) -> list[Said]:
    """Return what each record says.

    Args:
        records: In order.
        say: Says a record in our words; raises InputError where it cannot.
        problems: Where those that cannot be said are named.
    """
    found: list[Said] = []
    for record in records:
        try:
            found.append(say(record))
        except InputError as problem:
            problems.append(problem)
    return found
