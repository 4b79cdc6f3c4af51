"""Places where an app says what happened, and the apps above it, which it does not know, do their part at once."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Slot:
    """What the apps above do when something happens here, in the same transaction. They fill it themselves."""

    fillers: list[Callable[..., None]] = field(default_factory=list)

    def fill(self, function: Callable[..., None]) -> Callable[..., None]:
        self.fillers.append(function)
        return function

    def __call__(self, **given: object) -> None:
        for function in self.fillers:
            function(**given)


WORKER_LEFT = Slot()  # or may no longer do what they did; given worker, the role that they had, and now
AGENCY_LEFT = Slot()  # given agency, actor and now
STATUS_MOVED = Slot()  # given record and actor: whatever it is, it moved along its table just now
