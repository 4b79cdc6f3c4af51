"""The sealed log read back out of the database, for `verify_audit` and `export_audit`: events as they are now."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from audit.lines import FOR_EVER, Range, lines, tables
from audit.models import Checkpoint
from audit.notes import moment
from audit.verify_export import Bad, Checker, Event, Key, Note, Tree, uncollected

PAGE = 2_000  # checkpoints
AT_ONCE = 20_000  # events in one statement, which may take half a minute at most
AT = b'"at":"'
MOMENT_BYTES = 27


def checkpoints(after: int, until: int) -> Iterator[Checkpoint]:
    """Those of more than `after` events, up to `until`, in order."""
    while page := list(
        Checkpoint.objects.filter(size__gt=after, size__lte=until).defer("leaves").order_by("size")[:PAGE]
    ):
        yield from page
        after = page[-1].size


def events(after: int, until: int) -> Iterator[Event]:
    """The events that stand in the transactions of these checkpoints, in their order, whatever was sealed."""
    among, ends = tables(), _restores()
    for wanted in _ranges(after, until, ends):
        for xid, own_id, line in lines(wanted, among):
            at = line.find(AT) + len(AT)  # no value before it could hold these signs: its quotes have a backslash
            yield Event(line, xid, own_id, line[at : at + MOMENT_BYTES].decode())


def kept_leaves(start: int, count: int) -> bytes:
    """What the checkpoints keep of these events' hashes."""
    found, first = b"", None
    for each in Checkpoint.objects.filter(size__gt=start, first__lt=start + count).order_by("size"):
        first = each.first if first is None else first
        found += bytes(each.leaves)
    skipped = 32 * (start - (first or 0))
    return found[skipped : skipped + 32 * count]


def checker(keys: dict[bytes, Key], seen: dict[int, bytes], after: Checkpoint | None, until: int) -> Checker:
    """For the log in the database from its beginning, or after a checkpoint that was verified before."""
    begun = after.size if after else 0
    made = Checker(keys, events(begun, until), {n: root for n, root in seen.items() if n > begun}, kept_leaves)
    if after:
        made.go_on_from(after.note, bytes(after.edge))
    return made


@uncollected()
def look(checker: Checker, after: int, until: int, tell: Callable[[int], None]) -> None:
    """Check every checkpoint of these, and its events. Raises `Bad`."""
    for kept in checkpoints(after, until):
        note = checker.checkpoint(kept.note)
        require_alike(kept, note, checker.tree)
        tell(kept.size)
    checker.end()


def require_alike(kept: Checkpoint, note: Note, tree: Tree) -> None:
    """What is kept beside the signed note, and sealing goes on from, says the same."""
    row = (kept.size, kept.low, kept.high, bytes(kept.root), moment(kept.at), bytes(kept.edge))
    if row != (note.size, note.low, note.high, note.root, note.at, b"".join(tree.edge)):
        raise Bad("changed", kept.size, "the checkpoint's row does not say what its signed note says")


def _ranges(after: int, until: int, ends: dict[datetime | None, datetime | None]) -> Iterator[Range]:
    """The transactions of the checkpoints, as many together as make a statement of good size."""
    wanted: Range | None = None
    begun = after
    for each in checkpoints(after, until):
        goes_on = wanted is not None and wanted.since == each.since
        if wanted and goes_on and each.size - begun <= AT_ONCE:
            wanted = replace(wanted, high=each.high)
            continue
        if wanted:
            yield wanted if goes_on else replace(wanted, high=FOR_EVER)  # the server before has no later ones
        wanted, begun = Range(each.low, each.high, each.since, ends[each.since]), each.first
    if wanted:
        yield wanted


def _restores() -> dict[datetime | None, datetime | None]:
    """By the moment since which a server's transactions count: the moment since which the next one's do."""
    moments = Checkpoint.objects.order_by().values_list("since", flat=True).distinct()
    ordered = [None, *sorted(each for each in moments if each)]
    return dict(zip(ordered, [*ordered[1:], None], strict=True))
