"""Say what went wrong in a FEEL text, and where.

Decides the shape of every error the package raises. Leaves to others what to do about it.

    FeelError                  line, column, message
    ├── FeelSyntaxError        expected, found
    ├── FeelEvaluationError    strict mode: a null born of an error
    │   ├── FeelNameError      name
    │   └── FeelTypeError
    └── FeelLimitError         a limit of `Limits` was passed

>>> str(FeelSyntaxError(line=2, column=5, message="incomplete", expected="a value", found="','"))
"2:5: incomplete: expected a value, found ','"
"""


class FeelError(Exception):
    """Be the base of all errors of the package.

    Attributes:
        line: Line of the fault, counted from 1.
        column: Column of the fault, counted from 1.
        message: What is wrong, without the position.
    """

    def __init__(self, *, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message

    def __str__(self) -> str:
        """Return ``line:column: message``."""
        return f"{self.line}:{self.column}: {self.message}"


class FeelSyntaxError(FeelError):
    """Report a text that is not FEEL.

    Attributes:
        expected: What could have stood there.
        found: What stood there instead.
    """

    def __init__(
        self, *, message: str, line: int, column: int, expected: str = "", found: str = ""
    ) -> None:
        detail = f"expected {expected}, found {found}" if expected else ""
        text = ": ".join(filter(None, (message, detail)))
        super().__init__(message=text, line=line, column=column)
        self.expected = expected
        self.found = found


class FeelEvaluationError(FeelError):
    """Report, in strict mode, what standard mode would answer with null."""


class FeelNameError(FeelEvaluationError):
    """Report an unknown variable, function, or entry of a context.

    Attributes:
        name: The name as far as it was looked up, e.g. ``dispute.is_open``.
    """

    def __init__(self, *, message: str, name: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message=message, line=line, column=column)
        self.name = name


class FeelTypeError(FeelEvaluationError):
    """Report a value of a wrong type, or outside the domain of a function."""


class FeelLimitError(FeelError):
    """Report that a limit (nesting, list length, iterations, number size) was passed."""
