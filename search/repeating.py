"""Work that is done again and again beside all else, in a thread of its own."""

import threading
from collections.abc import Callable


class Repeating:
    """Does `work`, and before the first time `begin`, with a pause of some seconds before each, until it is stopped."""

    def __init__(
        self, name: str, pause: float, work: Callable[[], object], begin: Callable[[], object] = lambda: None
    ) -> None:
        self._pause, self._work, self._begin = pause, work, begin
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, when what is being done is done."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._begin()
        while not self._stopped.wait(self._pause):
            self._work()
