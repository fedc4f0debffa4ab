"""Imports point one way, and each library stays behind one fence."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "reconciler"

# A module imports from its own layer's package and from layers above it in this list; never from below.
LAYERS = (
    ("reconciler.digests", "reconciler.limits", "reconciler.readable"),
    (
        "reconciler",
        "reconciler.values",
        "reconciler.clock",
        "reconciler.problem",
        "reconciler.safefile",
        "reconciler.spec",
        "reconciler.templates",
    ),
    ("reconciler.address", "reconciler.decode"),
    ("reconciler.profile",),
    ("reconciler.config",),
    ("reconciler.fmt",),
    ("reconciler.state",),
    ("reconciler.quoting",),
    ("reconciler.planning",),
    ("reconciler.carry", "reconciler.pacing", "reconciler.stale"),
    ("reconciler.manual",),
    ("reconciler.reading",),
    ("reconciler.render",),
    ("reconciler.preview",),
    ("reconciler.wire",),
    ("reconciler.applying",),
    ("reconciler.importing",),
    ("reconciler.lint",),
    ("reconciler.app",),
    ("reconciler.simulator",),
    ("reconciler.cli",),
    ("reconciler.__main__",),
)
LAYER = {name: place for place, names in enumerate(LAYERS) for name in names}
# The simulator stands in for another's server: it must not know how we plan, encode or keep state.
SIMULATOR_MAY = {"reconciler.values", "reconciler.safefile", "reconciler.simulator"}

FENCES = {
    "click": {"reconciler.cli"},
    "deepdiff": {"reconciler.planning.diff"},
    "httpx": {"reconciler.wire.transport"},
    "jinja2": {"reconciler.preview.html"},
    "jsonschema": {"reconciler.profile.schema", "reconciler.simulator.body"},
    "msgspec": {"reconciler"},
    "PIL": {"reconciler.preview.pictures"},
    "platformdirs": {"reconciler.app.cache"},
    "python_multipart": {"reconciler.simulator.parts"},
    "rich": {"reconciler.cli.many_view"},
    "ruamel": {"reconciler.profile.yaml"},
    "starlette": {"reconciler.simulator"},
    "uvicorn": {"reconciler.simulator.serve"},
}
# What has an effect, or knows when and where it runs, is imported by edges alone.
EFFECTS = {"os", "time", "random", "uuid", "socket", "subprocess", "tempfile", "pathlib", "logging"}
EFFECTS |= {"reconciler.clock", "reconciler.safefile"}
PURE = (
    "reconciler.planning",
    "reconciler.state",
    "reconciler.carry",
    "reconciler.pacing",
    "reconciler.stale",
    "reconciler.manual",
    "reconciler.render",
    "reconciler.preview",
    "reconciler.profile",
    "reconciler.config",
    "reconciler.fmt",
    "reconciler.lint",
)
EDGES = {
    "reconciler.config.find",
    "reconciler.config.load",
    "reconciler.profile.files",
    "reconciler.profile.load",
    "reconciler.profile.schema",
    "reconciler.state.storage",
}


def modules() -> Iterator[tuple[str, list[str]]]:
    """Every module of the package, with the modules that it imports, at its head or inside a function."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text("utf-8"))
        if name == "reconciler":  # what the API offers is named there for type checkers, and imported when it is used
            tree.body = [node for node in tree.body if not isinstance(node, ast.If)]
        yield name, [imported for node in ast.walk(tree) for imported in _imported(node)]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        below = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if _is_module(name) else node.module for name in below]
    return []


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _lies_in(name: str, above: str) -> bool:
    return name == above or name.startswith(f"{above}.")


def _package(name: str) -> str:
    return ".".join(name.split(".")[:2])


MODULES = dict(modules())


def test_every_package_has_its_layer() -> None:
    assert {_package(name) for name in MODULES} == set(LAYER)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name: str) -> None:
    own = _package(name)
    wrong = [
        needed
        for needed in MODULES[name]
        if _lies_in(needed, "reconciler") and _package(needed) != own and LAYER[_package(needed)] >= LAYER[own]
    ]
    assert wrong == []


def test_no_two_modules_import_each_other() -> None:
    graph = {
        name: {needed for needed in imported if needed in MODULES and needed != name}
        for name, imported in MODULES.items()
    }
    while free := [name for name, needed in graph.items() if not needed]:
        for name in free:
            del graph[name]
        for needed in graph.values():
            needed.difference_update(free)
    assert graph == {}


@pytest.mark.parametrize("library", FENCES)
def test_a_library_stays_behind_its_fence(library: str) -> None:
    users = {name for name, imported in MODULES.items() if any(_lies_in(needed, library) for needed in imported)}
    assert [name for name in users if not any(_lies_in(name, fence) for fence in FENCES[library])] == []


def test_there_is_no_library_without_a_fence() -> None:
    imported = {name.partition(".")[0] for needed in MODULES.values() for name in needed}
    assert imported - sys.stdlib_module_names - {"reconciler", "profile_reconciler"} == set(FENCES)


def test_the_simulator_knows_nothing_of_what_it_judges() -> None:
    imported = {name for name, needed in MODULES.items() if _lies_in(name, "reconciler.simulator") for name in needed}
    ours = {name for name in imported if _lies_in(name, "reconciler")}
    assert [our for our in ours if not any(_lies_in(our, may) for may in SIMULATOR_MAY)] == []


def test_the_core_has_no_clock_no_files_and_no_environment() -> None:
    found = {
        (name, needed)
        for name, imported in MODULES.items()
        if any(_lies_in(name, package) for package in PURE) and name not in EDGES
        for needed in imported
        if needed in EFFECTS or needed.partition(".")[0] in EFFECTS
    }
    assert found == set()


def test_the_application_prints_nothing_and_asks_nothing() -> None:
    found = {
        (path.name, ast.unparse(node))
        for path in (PACKAGE / "app").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "input"))
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdout", "sys.stderr", "os.write"))
    }
    assert found == set()


def test_what_a_file_is_is_told_where_it_is_opened_in_one_module() -> None:
    words = ("O_NONBLOCK", "O_EXCL", "S_ISREG")
    users = {path for path in PACKAGE.rglob("*.py") if any(word in path.read_text("utf-8") for word in words)}
    assert users == {PACKAGE / "safefile.py", PACKAGE / "applying" / "interrupt.py"}  # the latter of a pipe of its own
