"""Say what went wrong in a decision table.

Decides the shape of the errors of the package. Leaves positions in files to whoever read them.

    DmnError(FeelError)        rows
    └── DmnNoRowError          no row holds

>>> str(DmnError(message="rows 1 and 3 hold at once", rows=(1, 3)))
'1:1: rows 1 and 3 hold at once'
"""

from dunning_sdk.feel.errors import FeelError


class DmnError(FeelError):
    """Report a table that has no answer, in strict mode.

    Attributes:
        rows: Numbers of the rows at fault, from 1.
    """

    def __init__(
        self, *, message: str, rows: tuple[int, ...] = (), line: int = 1, column: int = 1
    ) -> None:
        super().__init__(message=message, line=line, column=column)
        self.rows = rows


class DmnNoRowError(DmnError):
    """Report that no row holds and the table has no default."""
