"""What the house tests look at: the modules of the three packages as syntax trees, and their rules as objects."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import hengping
from hengping.law import Rule
from hengping.performance.model import Scheme

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
PACKAGES = ("hengping", "hengping_io", "hengping_web")


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its dotted name, its file, its tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        """Return the kernel module or the folder of the core the module belongs to."""
        return [*self.name.split("."), ""][1]


@cache
def modules(package: str = "") -> tuple[Module, ...]:
    """Return every module of one package, or of all three."""
    found = []
    for name in (package,) if package else PACKAGES:
        for path in sorted((SOURCE / name).rglob("*.py")):
            parts = path.relative_to(SOURCE).with_suffix("").parts
            dotted = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(dotted, path, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Yield every module imported anywhere in a module, with the line; relative imports are resolved."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.name.split(".")
                keep = len(parents) - node.level + (module.path.name == "__init__.py")
                base = ".".join([*parents[:keep], *([base] if base else [])])
            yield base, node.lineno
            if base in PACKAGES:
                for alias in node.names:
                    yield f"{base}.{alias.name}", node.lineno


def place(module: Module, line: int) -> str:
    """Return a module's line as an editor opens it."""
    return f"{module.path.relative_to(ROOT)}:{line}"


@cache
def core_modules() -> tuple[str, ...]:
    """Return the dotted names of every module of the core."""
    return tuple(info.name for info in pkgutil.walk_packages(hengping.__path__, "hengping."))


@cache
def rules() -> dict[str, Rule]:
    """Return every rule declared as a constant of the core, by the name of its case file.

    A check is known to its readers by its code, the other kinds by their key. Schemes are tables, not rules of their
    own: the indicators they weigh have the cases.
    """
    found: dict[str, Rule] = {}
    for name in core_modules():
        for value in vars(import_module(name)).values():
            for member in value if isinstance(value, tuple) else (value,):
                if isinstance(member, Rule) and not isinstance(member, Scheme):
                    found[getattr(member, "code", member.key).lower()] = member
    return found
