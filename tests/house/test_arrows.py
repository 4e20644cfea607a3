"""Imports point downward; the core is the standard library; each library has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict

import pytest

from . import tree

KERNEL = ("errors", "tables", "figures", "dates", "law")
"""Each imports only names to its left."""

SHARED = {*KERNEL, "classification", "document"}
BELOW = {
    "classification": set(KERNEL),
    "document": set(KERNEL),
    "petitions": SHARED,
    "ledger": SHARED,
    "audit": SHARED,
    "performance": SHARED | {"petitions", "ledger"},
    "reports": SHARED | {"petitions", "ledger", "performance"},
}
"""What each room may import besides itself."""

NEVER_IN_THE_CORE = {
    "asyncio", "logging", "os", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile",
    "threading", "time", "urllib", "zipfile",
}  # fmt: skip
"""Standard modules that reach for the clock, chance, disk or network."""

BANNED_CALLS = {"open", "print", "input", "float", "eval", "exec"}
BANNED_METHODS = {"now", "utcnow", "today", "open", "read_text", "read_bytes", "write_text", "write_bytes"}
OWN_FILES = "hengping.tables"
"""The one module that reads the rulebook's own files."""

TWO_DOORS = {"ibis": ["hengping_io.counts", "hengping_io.engines"]}
"""An expression and the connection it runs on: one writes the count, the other knows the engine."""

SERVICES_ONLY = {"atomic", "on_commit"}
QUERYSET_MAKERS = {"models", "queries", "services", "managers"}


def test_every_room_of_the_core_is_on_the_plan() -> None:
    rooms = {module.room for module in tree.modules("hengping")} - {""}

    assert rooms <= {*KERNEL, *BELOW}


def test_the_kernel_imports_only_what_stands_to_its_left() -> None:
    wrong = [
        f"{tree.place(module, line)} imports {name}"
        for module in tree.modules("hengping")
        if module.room in KERNEL
        for name, line in tree.imports(module)
        if name.startswith("hengping.") and name.split(".")[1] not in KERNEL[: KERNEL.index(module.room)]
    ]

    assert wrong == []


def test_no_room_imports_beside_or_above_itself() -> None:
    wrong = [
        f"{tree.place(module, line)} imports {name}"
        for module in tree.modules("hengping")
        if module.room in BELOW
        for name, line in tree.imports(module)
        if name.startswith("hengping.") and name.split(".")[1] not in BELOW[module.room] | {module.room}
    ]

    assert wrong == []


def test_the_core_imports_the_standard_library_and_itself() -> None:
    wrong = [
        f"{tree.place(module, line)} imports {name}"
        for module in tree.modules("hengping")
        for name, line in tree.imports(module)
        if name.partition(".")[0] not in sys.stdlib_module_names | {"hengping"}
    ]

    assert wrong == []


def test_the_core_never_reaches_for_clock_chance_disk_or_network() -> None:
    wrong = [
        f"{tree.place(module, line)} imports {name}"
        for module in tree.modules("hengping")
        for name, line in tree.imports(module)
        if name.partition(".")[0] in NEVER_IN_THE_CORE
    ]

    assert wrong == []


def test_the_core_calls_no_banned_name() -> None:
    wrong = [
        f"{tree.place(module, node.lineno)} calls {called}"
        for module in tree.modules("hengping")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (called := _banned(node)) and module.name != OWN_FILES
    ]

    assert wrong == []


def _banned(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) if name in BANNED_CALLS:
            return name
        case ast.Attribute(attr=name) if name in BANNED_METHODS:
            return name
    return ""


def test_no_binary_float_stands_in_the_core() -> None:
    wrong = [
        tree.place(module, node.lineno)
        for module in tree.modules("hengping")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert wrong == []


def test_the_core_imports_where_nothing_is_installed() -> None:
    names = ", ".join(tree.core_modules())
    program = f"import sys; sys.path.insert(0, {str(tree.SOURCE)!r}); import {names}; print('done')"

    finished = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)

    assert (finished.stdout, finished.stderr) == ("done\n", "")


@pytest.mark.parametrize("package", ["hengping", "hengping_io"])
def test_only_the_web_imports_django(package: str) -> None:
    wrong = [
        f"{tree.place(module, line)} imports {name}"
        for module in tree.modules(package)
        for name, line in tree.imports(module)
        if name.partition(".")[0] in {"django", "hengping_web"}
    ]

    assert wrong == []


def test_each_library_has_exactly_one_door_in_hengping_io() -> None:
    doors: dict[str, set[str]] = defaultdict(set)
    for module in tree.modules("hengping_io"):
        for name, _ in tree.imports(module):
            library = name.partition(".")[0]
            if library not in sys.stdlib_module_names | set(tree.PACKAGES):
                doors[library].add(module.name)

    several = {library: sorted(found) for library, found in doors.items() if len(found) > 1}
    assert {library: found for library, found in several.items() if TWO_DOORS.get(library) != found} == {}


def test_only_services_open_a_transaction() -> None:
    wrong = [
        tree.place(module, node.lineno)
        for module in tree.modules("hengping_web")
        if module.path.stem != "services" and "migrations" not in module.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in SERVICES_ONLY
    ]

    assert wrong == []


def test_only_queries_and_services_ask_the_database() -> None:
    wrong = [
        tree.place(module, node.lineno)
        for module in tree.modules("hengping_web")
        if module.path.stem not in QUERYSET_MAKERS and "migrations" not in module.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]

    assert wrong == []


def test_what_the_auditor_reads_never_depends_on_what_it_judges() -> None:
    wrong = [
        f"{tree.place(module, line)} imports {name}"
        for module in tree.modules("hengping")
        if ".audit.extraction" in module.name
        for name, line in tree.imports(module)
        if name.startswith("hengping.audit.checks")
    ]

    assert wrong == []
