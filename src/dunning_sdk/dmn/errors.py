"""Say what went wrong in a decision table or a model.

Decides the shape of the errors of the package. Leaves positions in files to whoever read them.

    DmnError(FeelError)        rows, decision
    ├── DmnNoRowError          no row holds
    ├── DmnSyntaxError         a document that is not DMN
    ├── DmnModelError          a model that cannot be evaluated: a cycle, an unknown reference
    ├── DmnValueError          strict mode: a value missing, or of a wrong type
    └── DmnLimitError          a limit was passed

>>> str(DmnError(message="rows 1 and 3 hold at once", rows=(1, 3)))
'1:1: rows 1 and 3 hold at once'
>>> str(DmnModelError(message="needs itself", decision="Fee", line=7))
"7:1: 'Fee': needs itself"
"""

from dunning_sdk.feel.errors import FeelError


class DmnError(FeelError):
    """Report a table that has no answer, in strict mode, or a fault of a model.

    Attributes:
        rows: Numbers of the rows at fault, from 1.
        decision: Name of the element at fault; empty where it is unknown.
    """

    def __init__(
        self,
        *,
        message: str,
        rows: tuple[int, ...] = (),
        decision: str = "",
        line: int = 1,
        column: int = 1,
    ) -> None:
        said = f"'{decision}': {message}" if decision else message
        super().__init__(message=said, line=line, column=column)
        self.rows = rows
        self.decision = decision


class DmnNoRowError(DmnError):
    """Report that no row holds and the table has no default."""


class DmnSyntaxError(DmnError):
    """Report a document that is not DMN, or holds what this package does not know."""


class DmnModelError(DmnError):
    """Report a model that cannot be evaluated: a cycle, or a reference to nothing."""


class DmnValueError(DmnError):
    """Report, in strict mode, a value that is missing, of a wrong type, or not allowed."""


class DmnLimitError(DmnError):
    """Report that a document passes a limit of size, depth or number of elements."""
