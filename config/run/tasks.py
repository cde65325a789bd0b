"""The task worker of `make run`, with the clock on a thread of its own: one process, where a server runs one for each.

Tasks run on threads. Threads have no time limit for a task and share one interpreter: enough for one person's machine.
"""

import argparse
import os
import signal
import sys
import threading
from typing import Any

from celery import signals
from celery.beat import EmbeddedService
from celery.utils.nodenames import default_nodename, host_format

from config.celery import app

THREADS = 2


def main() -> None:
    parser = argparse.ArgumentParser(prog="config.run.tasks")
    parser.add_argument("--hostname", required=True)
    parser.add_argument("--schedule", required=True)
    options = parser.parse_args()
    clock: Any = EmbeddedService(app, thread=True, schedule_filename=options.schedule)
    is_stopping = threading.Event()

    def watch() -> None:
        """A clock that ends by itself ends the process: no task would come any more."""
        clock.join()
        if not is_stopping.is_set():
            os.kill(os.getpid(), signal.SIGTERM)

    def start(**_: object) -> None:
        clock.start()
        threading.Thread(target=watch, daemon=True, name="watch").start()

    def stop(**_: object) -> None:
        is_stopping.set()
        if clock.is_alive():
            clock.stop()

    signals.worker_ready.connect(start, weak=False)
    signals.worker_shutdown.connect(stop, weak=False)
    worker = app.Worker(
        hostname=host_format(default_nodename(options.hostname)),
        loglevel="INFO",
        pool_cls="threads",
        concurrency=THREADS,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


if __name__ == "__main__":
    main()
