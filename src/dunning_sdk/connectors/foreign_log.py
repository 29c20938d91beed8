"""Keep the parsers of others from writing to the terminal of a program that set up no logging.

Decides nothing: a host that has handlers still gets every record.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Give loggers a handler that does nothing, for as long as the block runs.

    Args:
        loggers: Names of the loggers of a foreign library.
    """
    with ExitStack() as stack:
        for name in loggers:
            logger = logging.getLogger(name)
            handler = logging.NullHandler()
            logger.addHandler(handler)
            stack.callback(logger.removeHandler, handler)
        yield
