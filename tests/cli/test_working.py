"""A worker hears that it is to end, whenever it is told."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from dunning_sdk.cli.working import ended, stopped_by_signals


def test_a_signal_that_reaches_another_thread_is_heard():
    stop = threading.Event()

    def told_here():
        time.sleep(0.2)  # until the main thread waits, which sleeps on
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        return stop.wait(timeout=10)

    with stopped_by_signals(stop), ThreadPoolExecutor(2) as threads:
        heard = list(ended(threads.submit(one) for one in (told_here, told_here)))

    assert heard == [True, True]
