"""``hengping rulebook``: every rule with its text, one rule in full, or the whole book as pages."""

from __future__ import annotations

import argparse
import json

from hengping.law import Rule
from hengping_io.rulebook import KindOfRule, by_kind, find, name_of, particulars

SHOWN_CHOICES = ("table", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("rule", nargs="?", metavar="规则", help="规则的键或核对项的编号，如 handling、SUM-01")
    parser.add_argument("--kind", metavar="种类", help="只列一种：steps、clocks、indicators、sections、checks")
    parser.add_argument("--format", choices=SHOWN_CHOICES, default="table", help="输出格式（默认 table）")


def run(arguments: argparse.Namespace) -> int:
    """List the rules asked for; 2 where there is none of that name or kind."""
    if arguments.rule:
        found = find(arguments.rule)
    else:
        found = tuple((kind, rule) for kind, rules in by_kind().items() for rule in rules)
    if arguments.kind:
        found = tuple((kind, rule) for kind, rule in found if kind.key == arguments.kind)
    if not found:
        print(f"没有这样的规则：{arguments.rule or arguments.kind}。请执行 hengping rulebook 查看全部规则。")
        return 2
    if arguments.format == "json":
        print(json.dumps([_record(kind.key, rule) for kind, rule in found], ensure_ascii=False, indent=2))
    elif arguments.rule:
        print("\n\n".join(_in_full(kind.title, rule) for kind, rule in found))
    else:
        _print_list(found)
    return 0


def _print_list(found: tuple[tuple[KindOfRule, Rule], ...]) -> None:
    last: KindOfRule | None = None
    for kind, rule in found:
        if kind is not last:
            print(f"{'' if last is None else chr(10)}{kind.title}")
            last = kind
        print(f"  {name_of(rule)}  {rule.title}  {rule.basis}")
    print(f"\n共 {len(found)} 条。查看一条：hengping rulebook {name_of(found[0][1])}")


def _in_full(kind: str, rule: Rule) -> str:
    lines = [f"{rule.title}（{kind} {name_of(rule)}）", f"  依据：{rule.basis}", f"  施行：{rule.since.isoformat()}"]
    lines += [f"  失效：{rule.until.isoformat()}"] if rule.until else []
    lines += [f"  本系统的理解：{rule.reading}"] if rule.reading else []
    lines += [f"  {word}：{text}" for word, text in particulars(rule)]
    return "\n".join(lines)


def _record(kind: str, rule: Rule) -> dict[str, object]:
    return {
        "kind": kind,
        "name": name_of(rule),
        "key": rule.key,
        "title": rule.title,
        "cites": [
            {"source": cite.source.key, "article": cite.article, "confidence": cite.certainty.value}
            for cite in rule.cites
        ],
        "since": rule.since.isoformat(),
        "until": rule.until.isoformat() if rule.until else None,
        "reading": rule.reading,
        "particulars": dict(particulars(rule)),
    }
