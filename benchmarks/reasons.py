"""What earlier profiles found of a figure, said where it is missed: a hint and not a verdict."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from benchmarks.figures import Requirement

_WHY: Mapping[str, str] = MappingProxyType(
    {
        "latency at 1 connection": (
            "the request, the key of its delivery and a sealed audit event are written and synced "
            "before the answer leaves; the computing is about three quarters of a millisecond, the "
            "`fdatasync` is the disk's and ranges widely where a disk is shared."
        ),
        "rate at 16 connections": (
            "an ask does all that plain Bolt does, and then writes the request, the key of its "
            "delivery and a sealed audit event in one transaction, by way of the thread that "
            "writes and back; the others write nothing. Loop and writer share one core and one "
            "interpreter lock, so what the writer computes for an ask is missing to the loop; and "
            "what was asked before is looked up on the same core meanwhile."
        ),
        "slowest acknowledgement": (
            "the median and the 99th percentile beside it say whether all answers were slow, or a "
            "few; a few waited for one `fdatasync` where the disk paused."
        ),
        "click to first vendor call": (
            "between the click and the call lie the decision's transaction, the claim of the work "
            "from the engine's tables, the start of a workflow, and the claim of the step: four "
            "commits, each with its `fdatasync`."
        ),
        "click to last row": (
            "beside the vendor's own calls there are the way to the first of them, the commits "
            "before and after each attempt, and the last row of the request."
        ),
        "CPU when idle": (
            "the engine polls the queue of every vendor each two seconds, and the loops look every "
            "few seconds even where no bell rings."
        ),
        "many: what got done": (
            "two of the five vendors take one person at a time, and of those Aboard has twelve "
            "steps at once and begins twenty a second at most, where no limit is published; every "
            "step is a durable workflow with commits of its own, and a person's five steps take "
            "some 40 ms of a core, nearly half of it in the loop that calls the vendors, and a "
            "fifth in the thread that writes."
        ),
        "many: resident memory": (
            "116 MB are there once all is imported: SQLAlchemy takes 21 of them, psycopg 9, which "
            "DBOS imports for SQLite, too, aiohttp 6, and pydantic 6. It is about 142 when the "
            "plans of a thousand people have been made. SQLite's seven connections take 7 by the "
            "end, two thirds of it for the statements that they have run. The rest comes and goes "
            "with the steps that are under way; Python keeps the room, since some of it is in use "
            "everywhere."
        ),
        "many: slowest answer": (
            "all threads wait while Python's collector looks: at five thousand new objects it "
            "computes for up to 7 ms, and two to four times as long passes where what SQLite does "
            "beside it uses the core meanwhile; at what outlived two looks, once among three "
            "hundred people, it computed for 23 ms before what is made at its first use was left "
            "out of it. Beside that, whoever asks waits for the interpreter lock of the threads "
            "beside the loop, a fifth of a millisecond for each of them and for each time that the "
            "loop reads or sends: of the one that writes whole groups of steps, and of the one "
            "that reads the vendors' lists of everybody, three to five milliseconds for a thousand "
            "people at each look-up, at the vendors that can be asked for no less."
        ),
        "CPU of dispatching": (
            "Aboard answers in one middleware, before any listener is asked; look at those of "
            "Bolt's that come before it."
        ),
        "history": (
            "the figure is the queries, the views and what is sent; the queries are answered from "
            "an index at every depth."
        ),
        "Home": (
            "all of Home is read by one thread from one snapshot, in about thirty prepared "
            "statements; the statements with the rows made of them take about as long as drawing, "
            "checking and writing the view as JSON. What a step that ends well has made good is "
            "marked then, so that no page looks through all that ever failed."
        ),
        "a dead replica's work": (
            "a lock has to be found free at two looks, three seconds apart, before work is taken "
            "over; then the queue is polled within two seconds. Starting threads wait for a core."
        ),
    }
)
"""By the beginning of what a requirement says."""

_UNKNOWN = "nobody has looked yet where the time goes."


def reasons(missed: Iterable[Requirement]) -> Iterator[str]:
    """Yield a line of a list for all that is known of these figures, each once."""
    named: dict[str, list[Requirement]] = {}
    for one in missed:
        named.setdefault(_beginning(one.says), []).append(one)
    for beginning, ones in named.items():
        figures = "; ".join(f"{one.says}: {one.measured:.2f} for {one.limit:g}" for one in ones)
        yield f"- **{figures}**. {_sentence(_WHY.get(beginning, _UNKNOWN))}"


def _beginning(says: str) -> str:
    """Return the longest beginning that is explained, or all of it where none is."""
    return max((one for one in _WHY if says.startswith(one)), key=len, default=says)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
