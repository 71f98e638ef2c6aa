"""The rooms' order, read from the imports: arrows point one way, pure rooms touch nothing."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "crawler"

# A room may import rooms of a lower rank; edges never import each other.
RANK = {
    "model": 0,
    "errors": 0,
    **dict.fromkeys(
        (
            "chain",
            "complexity",
            "decode",
            "text",
            "discover",
            "extract",
            "compare",
            "decide",
            "schedule",
        ),
        1,
    ),
    **dict.fromkeys(("fetch", "store", "notify", "config", "demo"), 2),
    # What one worker process does with a page, and the pool of such processes.
    **dict.fromkeys(("reading", "workers"), 2),
    **dict.fromkeys(("pipeline", "evidence", "copies", "reprints"), 3),
    **dict.fromkeys(("daemon", "web"), 4),
    **dict.fromkeys(("cli", "notebook", "__init__", "__main__"), 5),
}
PURE = {room for room, rank in RANK.items() if rank <= 1}
# Edges know the rooms below them and never each other; `workers` runs `reading`.
STRANGERS = {"fetch", "store", "notify", "config", "demo"}

# Fixed doors of the packages that people know us by: package -> the only room that imports it.
DOORS = {
    "httpx": "fetch",
    "sqlite_utils": "store",
    "apscheduler": "daemon",
    "trafilatura": "extract",
    "click": "cli",
    "rich": "cli",
}
# Words of the language rather than a service: any module of a room may use them.
EVERYWHERE = {"numpy", "click"}

# More than one module of a room uses these: the tree's nodes are what the readers of pages speak
# of, and two distances of strings are counted in two places.
MORE_DOORS = {"selectolax in extract", "rapidfuzz in compare"}
# The one tie between two rooms: a listing's markup is measured as a page's is, before any parse,
# and a page's key is found as its listing finds it.
TIES = {("discover", "extract")}

FORBIDDEN_MODULES = {
    "os", "time", "random", "secrets", "socket", "ssl", "subprocess", "shutil", "tempfile",
    "sqlite3", "threading", "multiprocessing", "asyncio", "logging", "pathlib", "io", "uuid",
    "http", "urllib.request", "signal", "getpass", "platform",
}  # fmt: skip
FORBIDDEN_CALLS = {"open", "print", "input"}
FORBIDDEN_METHODS = {"now", "utcnow", "today", "environ", "getenv"}

MODULES = sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def module_name(path: Path) -> str:
    """`crawler.text.fold` of a path."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def room_of(module: str) -> str:
    """`text` of `crawler.text.fold`."""
    return module.split(".")[1] if "." in module else "__init__"


def typing_only(tree: ast.Module) -> set[ast.AST]:
    """Everything inside `if TYPE_CHECKING:`, which is never run."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }


def imports(path: Path, *, types: bool = True) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that a file imports, lazily or not."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = set() if types else typing_only(tree)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            base = node.module or ""
            for alias in node.names:
                deeper = f"{base}.{alias.name}"
                is_module = (ROOT.parent / deeper.replace(".", "/")).with_suffix(".py").exists()
                is_package = (ROOT.parent / deeper.replace(".", "/")).is_dir()
                ours = base.split(".")[0] == "crawler" and (is_module or is_package)
                yield node.lineno, deeper if ours else base


def may_import(room: str, other: str) -> bool:
    """Whether the order of the rooms lets one import the other."""
    if room == other or other == "__init__":  # `from crawler import __version__`
        return True
    if room in STRANGERS and other in STRANGERS:
        return False
    return RANK[other] <= RANK[room]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_arrows_point_one_way(path: Path) -> None:
    room = room_of(module_name(path))
    assert room in RANK, f"the room {room!r} has no rank: say where it stands in this test"
    wrong = [
        f"{path.name}:{line} {room} imports {name}"
        for line, name in imports(path)
        if name.split(".")[0] == "crawler" and not may_import(room, room_of(name))
    ]
    assert not wrong


def test_no_two_rooms_import_each_other() -> None:
    needs: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        room = room_of(module_name(path))
        for _, name in imports(path, types=False):
            if name.split(".")[0] == "crawler" and room_of(name) not in (room, "__init__"):
                needs[room].add(room_of(name))
    for room, other in TIES:
        needs[room].discard(other)
    seen: dict[str, bool] = {}

    def walk(room: str, way: tuple[str, ...]) -> None:
        assert room not in way, f"a circle: {' -> '.join((*way, room))}"
        if room not in seen:
            for other in sorted(needs[room]):
                walk(other, (*way, room))
            seen[room] = True

    for room in sorted(needs):
        walk(room, ())


PURE_MODULES = [path for path in MODULES if room_of(module_name(path)) in PURE]


@pytest.mark.parametrize("path", PURE_MODULES, ids=module_name)
def test_a_pure_room_touches_nothing(path: Path) -> None:
    """No clock, randomness, environment, disk, network or print."""
    wrong = [
        f"{path.name}:{line} imports {name}"
        for line, name in imports(path, types=False)
        if name in FORBIDDEN_MODULES or name.split(".")[0] in FORBIDDEN_MODULES - {"http"}
    ]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in FORBIDDEN_CALLS:
                wrong.append(f"{path.name}:{node.lineno} calls {node.func.id}")
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_METHODS:
            wrong.append(f"{path.name}:{node.lineno} uses .{node.attr}")
    assert not wrong


def users_of_packages() -> dict[str, dict[str, set[str]]]:
    """Outside package -> room -> the modules that import it."""
    users: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in MODULES:
        name = module_name(path)
        for _, imported in imports(path, types=False):
            top = imported.split(".")[0]
            if top not in sys.stdlib_module_names and top != "crawler":
                users[top][room_of(name)].add(name)
    return users


def test_each_outside_package_has_one_door_in_a_room() -> None:
    wide = {
        f"{package} in {room}": sorted(modules)
        for package, rooms in users_of_packages().items()
        for room, modules in rooms.items()
        if len(modules) > 1
        and package not in EVERYWHERE
        and f"{package} in {room}" not in MORE_DOORS
    }
    assert not wide


@pytest.mark.parametrize(("package", "room"), DOORS.items())
def test_a_package_is_used_by_its_room_alone(package: str, room: str) -> None:
    rooms = users_of_packages()[package]
    assert set(rooms) == {room}


def test_the_walk_sees_a_wrong_arrow() -> None:
    """The check itself: an arrow that points up and a stranger are both refused."""
    assert not may_import("text", "store")
    assert not may_import("fetch", "store")
    assert may_import("cli", "store")
    assert may_import("compare", "text")
