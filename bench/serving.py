"""Responses over HTTP: every server asked in turn, round after round, so that all see the same machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Target, ask
from bench.figure import Figure
from bench.load import Load, drive
from bench.mix import Question, write_paths
from bench.peers import bare_asgi, datasette, nginx, postgresql
from bench.product import PAGE, Installation
from bench.server import Server
from llmanac import ingest
from llmanac.domain.catalog import CatalogData

CONNECTIONS = 32

PAGE_FILE, FEED_FILE = "page.json", "api.json.gz"

FEED = Path(ingest.__file__).parent / "packaged" / "feeds" / "models.dev.json.gz"
"""The file that a client of models.dev fetches, as llmanac carries it."""

NGINX_PAGE = "nginx, the page as a file"
NGINX_FEED = "nginx, the whole api.json.gz"
BARE = "uvicorn, bare ASGI, the page"
HIT = "llmanac, ready answer"
MIXED = "llmanac, the mix, answers kept"
UNMODIFIED = "llmanac, 304"
UNCACHED = "llmanac, every answer computed"
UNCACHED_ALONE = "llmanac, every answer computed, one connection"
POSTGRESQL = "PostgreSQL pg_trgm behind FastAPI"
DATASETTE = "Datasette, full-text search"
NGINX_ALONE = "nginx, the page as a file, one connection"

KEYS = {
    "nginx": NGINX_PAGE,
    "nginx_alone": NGINX_ALONE,
    "feed": NGINX_FEED,
    "bare": BARE,
    "hit": HIT,
    "mixed": MIXED,
    "unmodified": UNMODIFIED,
    "uncached": UNCACHED,
    "uncached_alone": UNCACHED_ALONE,
    "postgresql": POSTGRESQL,
    "datasette": DATASETTE,
}
"""By the first part of the keys of their figures."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run of load on one server."""

    load: Load
    cpu_us: float
    """CPU time per response: it stays comparable when the machine is busy with other things."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One server, and what it is asked for."""

    name: str
    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    paths: Path | None = None
    """A file of paths to ask for in turn, instead of the one."""
    connections: int = CONNECTIONS

    def run(self, seconds: float) -> Round:
        """Load it once."""
        target = Target(self.server.port, self.path, self.headers)
        before = self.server.cpu_seconds()
        load = drive(target, connections=self.connections, seconds=seconds, paths=self.paths)
        return Round(load, 1e6 * (self.server.cpu_seconds() - before) / load.answers)


@dataclass(frozen=True, slots=True)
class Serving:
    """The results of all rounds, by the name of the contender."""

    rounds: dict[str, list[Round]]
    private_mib: dict[str, tuple[float, float]]
    """Before the first round and after the last."""

    def rate(self, name: str) -> Figure:
        """Responses per second."""
        return Figure.of(self._rates(name))

    def share(self, name: str) -> Figure:
        """The rate in per cent of nginx's, with the page as a file, in the same round."""
        return Figure.ratio([100 * rate for rate in self._rates(name)], self._rates(NGINX_PAGE))

    def times(self, name: str, other: str) -> Figure:
        """The rate as a multiple of another's in the same round."""
        return Figure.ratio(self._rates(name), self._rates(other))

    def p50_ms(self, name: str) -> Figure:
        """The time that half of the requests stay within."""
        return Figure.of([one.load.p50_ms for one in self.rounds[name]])

    def p99_ms(self, name: str) -> Figure:
        """The time that 99 of 100 requests stay within."""
        return Figure.of([one.load.p99_ms for one in self.rounds[name]])

    def cpu_us(self, name: str) -> Figure:
        """CPU time per response, without that of PostgreSQL's own processes."""
        return Figure.of([one.cpu_us for one in self.rounds[name]])

    def _rates(self, name: str) -> list[float]:
        return [one.load.rate for one in self.rounds[name]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The setup of the servers."""

    installation: Installation
    catalog: CatalogData
    questions: Sequence[Question]
    scratch: Path
    datasette: Path
    """The program."""


def measure(setting: Setting, *, rounds: int, seconds: float) -> Serving:
    """Start every server, ask all of them in turn, and again."""
    with lineup(setting) as contenders:
        watched = [contender for contender in contenders if contender.name in {HIT, UNCACHED, BARE}]
        before = {contender.name: contender.server.private_mib() for contender in watched}
        runs: defaultdict[str, list[Round]] = defaultdict(list)
        for _ in range(rounds):
            for contender in contenders:
                runs[contender.name].append(contender.run(seconds))
        after = {contender.name: contender.server.private_mib() for contender in watched}
    return Serving(dict(runs), {name: (before[name], after[name]) for name in before})


@contextmanager
def lineup(setting: Setting) -> Iterator[list[Contender]]:
    """All servers, running, in the order in which they are asked."""
    ours = write_paths(setting.questions, setting.scratch / "paths.txt")
    theirs = setting.scratch / "datasette-paths.txt"
    theirs.write_text("\n".join(map(datasette.path, setting.questions)), encoding="ascii")
    headers = setting.installation.headers
    with ExitStack() as stack:
        warm = stack.enter_context(setting.installation.serve())
        cold = stack.enter_context(setting.installation.serve(cache_mib=0))
        reply = ask(Target(warm.port, PAGE, headers))
        page = setting.scratch / "page.json"
        page.write_bytes(reply.body)
        files = stack.enter_context(
            nginx.serve(setting.scratch / "nginx", {PAGE_FILE: reply.body, FEED_FILE: FEED.read_bytes()})
        )
        bare = stack.enter_context(bare_asgi.serve(page))
        trigrams = stack.enter_context(postgresql.serve(setting.catalog))
        tables = stack.enter_context(datasette.serve(setting.datasette, setting.scratch, setting.catalog))
        yield [
            Contender(NGINX_PAGE, files, f"/{PAGE_FILE}", headers),
            Contender(BARE, bare, PAGE, headers),
            Contender(HIT, warm, PAGE, headers),
            Contender(MIXED, warm, PAGE, headers, paths=ours),
            Contender(UNMODIFIED, warm, PAGE, {**headers, "If-None-Match": reply.headers["etag"]}),
            Contender(UNCACHED, cold, PAGE, headers, paths=ours),
            Contender(UNCACHED_ALONE, cold, PAGE, headers, paths=ours, connections=1),
            Contender(NGINX_ALONE, files, f"/{PAGE_FILE}", headers, connections=1),
            Contender(NGINX_FEED, files, f"/{FEED_FILE}", headers),
            Contender(POSTGRESQL, trigrams, PAGE, paths=ours),
            Contender(DATASETTE, tables, datasette.TABLE, paths=theirs),
        ]
