"""List the built-in functions of FEEL by name.

Decides which there are (DMN 1.5, 10.3.4); the modules ``builtins_*`` say what they do.

>>> len(BUILTINS["substring"].signatures[0].parameters)
3
"""

from collections.abc import Mapping
from typing import Final

from dunning_sdk.feel import (
    builtins_context,
    builtins_list,
    builtins_number,
    builtins_range,
    builtins_string,
    builtins_temporal,
)
from dunning_sdk.feel.values import Function

BUILTINS: Final[Mapping[str, Function]] = {
    **builtins_number.FUNCTIONS,
    **builtins_string.FUNCTIONS,
    **builtins_list.FUNCTIONS,
    **builtins_context.FUNCTIONS,
    **builtins_temporal.FUNCTIONS,
    **builtins_range.FUNCTIONS,
}
"""The built-in functions by name."""
