"""Be what every exception of this package is: a code, a message of one line, and a hint.

The tree that grows from it is drawn in `dunning_sdk.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dunning_sdk.errors.finding import one_line


# The errors are dataclasses so that their fields are declared once. ``eq=False`` keeps
# them hashable, which traceback printing needs.
@dataclass(eq=False, repr=False)
class DunningError(Exception):
    """Anything this package raises on purpose.

    Attributes:
        message: What went wrong and where, in one line, without personal data.
        hint: What to do about it, or ``None``.
        code: Stable id of the kind of error; each class has its own default.
    """

    message: str
    hint: str | None = field(default=None, kw_only=True)
    code: str = field(default="", kw_only=True)

    def __init_subclass__(cls, *, code: str) -> None:
        """Give the class its stable code."""
        cls.code = code

    def __post_init__(self) -> None:
        """Fold the texts into one line each and fill in the code of the class."""
        self.message = one_line(self.message)
        self.hint = None if self.hint is None else one_line(self.hint)
        self.code = self.code or type(self).code or "dunning.failed"

    def __str__(self) -> str:
        """Return the message and the hint in one line."""
        return self.message if self.hint is None else f"{self.message} — {self.hint}"
