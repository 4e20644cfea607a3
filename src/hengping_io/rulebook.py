"""Every rule of the core, by kind, as people read it: on the terminal, in the generated pages, on the site.

The core names the modules its rules stand in; this listing walks the whole room instead, so that it cannot leave a
rule out.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from hengping.audit.model import Check
from hengping.law import Catalogue, Rule, Source, sources
from hengping.performance.model import Indicator
from hengping.petitions.model import Clock, Step
from hengping.reports.model import Section


@dataclass(frozen=True, slots=True)
class KindOfRule:
    """One of the five kinds: its key, its title, its type, and the room of the core its rules stand in."""

    key: str
    title: str
    type: type[Rule]
    room: str


KINDS = (
    KindOfRule("steps", "环节", Step, "petitions"),
    KindOfRule("clocks", "期限", Clock, "petitions"),
    KindOfRule("indicators", "指标", Indicator, "performance"),
    KindOfRule("sections", "章节", Section, "reports"),
    KindOfRule("checks", "核对项", Check, "audit"),
)


@cache
def by_kind() -> Mapping[KindOfRule, tuple[Rule, ...]]:
    """Return the rules of every kind, in the order they are written."""
    return {kind: tuple(Catalogue.collect(kind.type, *_modules(kind.room))) for kind in KINDS}


def _modules(room: str) -> Iterator[ModuleType]:
    package = import_module(f"hengping.{room}")
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


def name_of(rule: Rule) -> str:
    """Return what a rule is called by its readers: a check by its code, any other rule by its key."""
    return rule.code if isinstance(rule, Check) else rule.key


def find(name: str) -> tuple[tuple[KindOfRule, Rule], ...]:
    """Return every rule of that key or code, whichever kind it is, all versions included."""
    wanted = name.lower()
    return tuple(
        (kind, rule)
        for kind, rules in by_kind().items()
        for rule in rules
        if wanted in (rule.key, name_of(rule).lower())
    )


def particulars(rule: Rule) -> tuple[tuple[str, str], ...]:
    """Return what a rule says beyond its head, as pairs of words and text; empty ones are left out."""
    match rule:
        case Step():
            pairs = _step(rule)
        case Clock():
            pairs = _clock(rule)
        case Indicator():
            pairs = _indicator(rule)
        case Section():
            pairs = (("应写明", rule.duty),)
        case Check():
            pairs = _check(rule)
        case _:
            pairs = ()
    return tuple((word, text) for word, text in pairs if text)


def _step(step: Step) -> tuple[tuple[str, str], ...]:
    start = sorted(step.start, key=lambda state: state.value)
    return (
        ("由", "、".join(state.label for state in start)),
        ("至", step.end.label if step.end else "状态不变"),
        ("办理者", "、".join(role.label for role in sorted(step.by, key=lambda role: role.value))),
        ("必填", "、".join(step.needs)),
        ("选填", "、".join(step.optional)),
        ("适用", "、".join(kind.label for kind in sorted(step.kinds, key=lambda kind: kind.value))),
    )


def _clock(clock: Clock) -> tuple[tuple[str, str], ...]:
    extension = clock.extension
    return (
        ("长度", _length(clock)),
        ("起算", "、".join(step.title for step in clock.starts)),
        ("止于", _titles(clock.stops)),
        ("失其意义于", _titles(clock.ends | clock.voids)),
        ("不计入", f"{clock.pause.opens.title}至{clock.pause.closes.title}" if clock.pause else ""),
        ("延长", f"{extension.step.title}，可延长 {extension.days} 日（{extension.times}）" if extension else ""),
        ("负责者", clock.bearer.label),
        ("另一种理解", "；".join(other.reading for other in clock.alternatives)),
    )


def _length(clock: Clock) -> str:
    if clock.days is not None:
        return f"{clock.days} {clock.counting}"
    if clock.months is not None:
        return f"{clock.months} 个月"
    if clock.parameter:
        return f"由参数 {clock.parameter} 给出"
    return f"以“{clock.term}”所载日期为准" if clock.term else "未规定日数，不作推算"


def _titles(steps: frozenset[Step]) -> str:
    return "、".join(sorted(step.title for step in steps))


def _indicator(indicator: Indicator) -> tuple[tuple[str, str], ...]:
    return (
        ("算式", indicator.formula),
        ("单位", indicator.unit),
        ("方向", indicator.better.label),
        ("体系中的位置", "／".join(level for level in (indicator.level1, indicator.level2) if level)),
    )


def _check(check: Check) -> tuple[tuple[str, str], ...]:
    return (
        ("说明", check.explanation),
        ("所需内容", check.needs),
        ("最重程度", check.severity.label),
        ("不触发于", "；".join(check.spares)),
        ("不通过的例子", check.fails),
        ("通过的例子", check.passes),
    )


def pages(cases: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the generated pages by file name; ``cases`` are the names of the cases by the rule's own name.

    A rule without cases is printed as having none, so that the gap is seen.
    """
    found = {f"{kind.key}.md": _page(kind, rules, cases) for kind, rules in by_kind().items()}
    found["sources.md"] = _sources_page()
    found["README.md"] = _index()
    return found


GENERATED = "<!-- 由 ./run docs 生成，请勿手改。 -->"


def _page(kind: KindOfRule, rules: tuple[Rule, ...], cases: Mapping[str, tuple[str, ...]]) -> str:
    lines = [GENERATED, f"# {kind.title}（{len(rules)}）", ""]
    for rule in rules:
        lines += [f"## {rule.title} · `{name_of(rule)}`", "", f"- 依据：{rule.basis}", f"- {_in_force(rule)}"]
        lines += [f"- 本系统的理解：{rule.reading}"] if rule.reading else []
        lines += [f"- {word}：{_one_line(text)}" for word, text in particulars(rule)]
        names = cases.get(name_of(rule).lower(), ())
        lines += ["- 案例：" if names else "- 案例：无", *(f"  - {name}" for name in names), ""]
    return "\n".join(lines)


def _in_force(rule: Rule) -> str:
    until = f"，{rule.until.isoformat()} 起失效" if rule.until else ""
    return f"施行：{rule.since.isoformat()} 起{until}"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sources_page() -> str:
    lines = [
        GENERATED,
        f"# 依据文件（{len(sources())}）",
        "",
        "| 键 | 文件 | 施行 | 把握 |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{source.key}` | {source} | {_since(source)} | {source.confidence.label} |" for source in sources().values()
    ]
    return "\n".join([*lines, ""])


def _since(source: Source) -> str:
    return source.since.isoformat() if source.since else "未载"


def _index() -> str:
    lines = [GENERATED, "# 规则手册", "", "每一条规则：名称、依据、施行日、我们的理解和案例。", ""]
    lines += [f"- [{kind.title}]({kind.key}.md)：{len(rules)} 条" for kind, rules in by_kind().items()]
    lines += [f"- [依据文件](sources.md)：{len(sources())} 份", ""]
    return "\n".join(lines)
