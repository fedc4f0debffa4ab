"""A name stands for one thing: no two modules define the same one at their top; a private one, none of a package."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

TOP = Path(__file__).parent.parent / "reconciler"
# The simulator stands in for another's server: what it has likewise, it names likewise, and imports nothing of ours.
ALONE = "simulator"
# Modules whose private names, too, no other module of the package has.
OWN_WORDS = ("profile", "fmt", "spec", "values", "decode", "safefile", "address")
# Names that several modules share on purpose → why.
SHARED = {
    "T": "a type variable",
    "command": "click's own word for what a module of cli offers",
    **dict.fromkeys(
        ("accept", "adopt", "move", "resolve", "restore", "merge"), "a verb of `state`: its screen, its use case"
    ),
    "load": "the Python API's, and what it calls",
    "run": "the command line as a whole, and one run of requests",
    **dict.fromkeys(("Entry", "KnownEntry"), "in the file and state, and in what was read"),
    "read_date": "from a résumé, and from what LinkedIn shows",
    "Known": "of a state, and of a saved plan",
}


def _defined() -> dict[str, list[str]]:
    """Return each name that is defined at the top of a module, with the modules that define it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TOP.rglob("*.py")):
        module = ".".join(path.relative_to(TOP).with_suffix("").parts)
        for node in ast.parse(path.read_text("utf-8")).body:
            for name in _names(node):
                found[name].append(module)
    return found


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def test_no_two_modules_define_a_public_name() -> None:
    defined = {
        name: [module for module in modules if not module.startswith(f"{ALONE}.")]
        for name, modules in _defined().items()
        if not name.startswith("_")
    }
    twice = {name: modules for name, modules in defined.items() if len(modules) > 1}
    assert {name: modules for name, modules in twice.items() if name not in SHARED} == {}


def test_the_profile_s_modules_have_private_names_of_their_own() -> None:
    for name, modules in _defined().items():
        if name.startswith("_") and len(modules) > 1:
            assert [module for module in modules if module.split(".")[0] in OWN_WORDS] == [], (name, modules)


def test_no_two_modules_of_a_package_define_a_private_name() -> None:
    """Who reads one package need not ask which of two helpers of one name is meant."""
    twice = {}
    for name, modules in _defined().items():
        packages = Counter(module.rpartition(".")[0] for module in modules if not module.startswith(f"{ALONE}."))
        crowded = [package for package, count in packages.items() if package and count > 1]
        if name.startswith("_") and crowded:
            twice[name] = crowded
    assert twice == {}


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.arg):
        return [node.arg]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []


def test_a_variable_is_called_by_what_it_is() -> None:
    """A `one` stands beside an `other`; what a value was seen or applied `at` is a field."""
    found = set()
    for path in TOP.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        fields = {
            item.target
            for part in ast.walk(tree)
            if isinstance(part, ast.ClassDef)
            for item in part.body
            if isinstance(item, ast.AnnAssign)
        }
        names = {name for node in ast.walk(tree) if node not in fields for name in _bound(node)}
        bad = {"it", "at", "one"} if "other" not in names else {"it", "at"}
        found |= {(path.name, name) for name in names & bad}
    assert found == set()
