"""Measure how often the auditor is right: ``python -m benchmarks.accuracy [--misses] [--write docs/accuracy.md]``.

Three questions: are the labelled claims found with the right verdict; are defects made on purpose found; is every
contradiction on unlabelled text true. Without the corpus the measurement is skipped, and says so.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import page
from benchmarks.accuracy.defects import Defect, defects, targets
from benchmarks.accuracy.labels import Located, Passage, locate, read_labels, read_passages
from benchmarks.accuracy.measure import (
    Accusation,
    Judged,
    Result,
    accusations,
    answered_elsewhere,
    documents,
    judge_labels,
    judge_passage,
    overlaps,
    weighs,
)
from benchmarks.corpus import CORPUS

from hengping.audit.examine import examine
from hengping.audit.model import Examination, Finding, Verdict
from hengping.document import Document
from hengping.errors import Unreadable
from hengping_io.read import read as read_file

REVIEW = Path(__file__).with_name("review.toml")
SEED = 20240430
UNREAD = "未复核"


def main() -> int:
    """Run the measurement and return 0 where no labelled claim is accused wrongly."""
    options = _options()
    if not (options.corpus / "labels.jsonl").is_file():
        print(f"已跳过：没有找到标注语料（{options.corpus}）。可用 --corpus 或环境变量 HENGPING_CORPUS 指明其位置。")
        return 0
    started = time.perf_counter()
    passages = read_passages(options.corpus)
    located = [locate(label, passages[label.passage]) for label in read_labels(options.corpus)]
    read = documents(passages)
    examined = {name: judge_passage(passage, passage.text, read) for name, passage in passages.items()}
    judged = [
        result
        for name, examination in examined.items()
        for result in judge_labels([one for one in located if one.label.passage == name], examination.claims)
    ]
    parts = [_report_labels(judged, passages, options)]
    if "defects" in options.only:
        parts.append(_report_defects(passages, located, examined, read, options))
    if "accusations" in options.only:
        parts.append(_report_accusations(passages, examined, judged, options))
    if options.write:
        page.write(options.write, parts)
        print(f"已写入 {options.write}")
    print(f"用时 {time.perf_counter() - started:.1f} 秒")
    return int(any(_falsely_accused(one) for one in judged))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="标注语料所在文件夹")
    parser.add_argument("--misses", action="store_true", help="列出每一条没有找对的，连同原句")
    parser.add_argument(
        "--only", nargs="*", default=["labels", "defects", "accusations"], help="labels、defects、accusations"
    )
    parser.add_argument("--filter", default="", help="只列出编号、文本名或类别含此字样的")
    parser.add_argument("--each", type=int, default=12, help="每类数字、每种差错至多取几处")
    parser.add_argument("--seed", type=int, default=SEED, help="取样的种子")
    parser.add_argument("--pdf", action="store_true", help="连同 PDF 原文一并核对")
    parser.add_argument("--write", type=Path, help="把结果表写入此页（docs/accuracy.md）")
    return parser.parse_args()


def _falsely_accused(one: Judged) -> bool:
    return one.located.label.consistent and any(finding.verdict is Verdict.CONTRADICTION for finding in one.findings)


def _report_labels(judged: Sequence[Judged], passages: Mapping[str, Passage], options: argparse.Namespace) -> str:
    shown = page.labels_table(judged)
    accused = sum(map(_falsely_accused, judged))
    print(f"## 标注的陈述\n\n{shown}\n\n一致的陈述被指为矛盾：{accused} 处。\n")
    if options.misses:
        for one in judged:
            if one.result is not Result.RIGHT:
                _print_miss(one, passages[one.located.label.passage], options.filter)
    return f"## 标注的陈述\n\n{shown}\n\n一致的陈述被指为矛盾：{accused} 处。"


def _print_miss(one: Judged, passage: Passage, wanted: str) -> None:
    label = one.located.label
    head = f"{label.name} {label.passage} {label.kind}/{label.formula} {'一致' if label.consistent else label.category}"
    if wanted not in head:
        return
    stated = f"{label.stated.value}{label.stated.unit}"
    inputs = "、".join(f"{part.value}{part.unit}" for part in label.inputs)
    print(f"✗ {one.result.value} · {head} · 文中 {stated}，由 {inputs}{'；' + label.note if label.note else ''}")
    print(f"    {label.text.replace(chr(10), '⏎')[:300]}")
    for finding in one.findings:
        print(f"    → {_in_words(finding, passage.text)}")


def _in_words(finding: Finding, text: str) -> str:
    quotes = " ⋯ ".join(text[span.start : span.end].replace("\n", "⏎") for span in finding.spans[:4])
    return f"{finding.check} {finding.kind} {finding.verdict.value} {finding.severity.value} 「{quotes}」 {finding.working or finding.message}"


def _report_defects(
    passages: Mapping[str, Passage],
    located: Sequence[Located],
    examined: Mapping[str, Examination],
    read: Mapping[str, Document],
    options: argparse.Namespace,
) -> str:
    by_passage = {
        name: targets(passage, [one for one in located if one.label.passage == name])
        for name, passage in passages.items()
    }
    tally: page.Tally = {}
    for defect in defects(by_passage, options.seed, options.each):
        found = _is_found(defect, examined[defect.passage.name], read)
        tally.setdefault((defect.figures, defect.change), Counter())[found] += 1
        if options.misses and not found:
            _print_defect(defect, options.filter)
    shown = page.defects_table(tally)
    every = sum((counts for counts in tally.values()), Counter[bool]())
    summary = f"共 {every.total()} 处，找到 {every[True]} 处（{page.percent(every[True], every.total())}）。"
    print(f"## 有意造成的差错\n\n{shown}\n\n{summary}\n")
    return f"## 有意造成的差错\n\n种子 {options.seed}，每类每种至多 {options.each} 处。\n\n{shown}\n\n{summary}"


def _is_found(defect: Defect, before: Examination, read: Mapping[str, Document]) -> bool:
    """Tell whether the auditor says something new and weighty at a claim that no longer holds."""
    known = Counter(map(_identity, before.claims))
    for finding in judge_passage(defect.passage, defect.text, read).claims:
        identity = _identity(finding)
        if known[identity]:
            known[identity] -= 1
        elif weighs(finding) and overlaps(finding.spans, defect.places):
            return True
    return False


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.check, finding.verdict, finding.stated, finding.computed, finding.working


def _print_defect(defect: Defect, wanted: str) -> None:
    head = f"{defect.passage.name} {defect.figures.value} {defect.change.value}"
    if wanted not in head:
        return
    around = defect.text[max(0, defect.at - 80) : defect.at + 80].replace("\n", "⏎")
    print(f"✗ 未找到 · {head} · {defect.was} → {defect.now}\n    …{around}…")


def _report_accusations(
    passages: Mapping[str, Passage],
    examined: Mapping[str, Examination],
    judged: Sequence[Judged],
    options: argparse.Namespace,
) -> str:
    accused: list[Accusation] = []
    for name, examination in examined.items():
        mine = [one for one in judged if one.located.label.passage == name]
        accused += accusations(name, passages[name].text, examination, mine)
    accused += _accusations_in_pdfs(options) if options.pdf else []
    accused = answered_elsewhere(accused)
    review = _review()
    true_by_label = sum(bool(one.label) and not one.against_label for one in accused)
    false_by_label = sum(one.against_label for one in accused)
    rest = [(one, *review.get(one.key, (UNREAD, ""))) for one in accused if not one.label]
    judgements = Counter(judgement for _, judgement, _ in rest)
    right = true_by_label + judgements["对"]
    read_count = right + false_by_label + judgements["错"]
    summary = (
        f"指为矛盾 {len(accused)} 处：标注认可 {true_by_label}，标注否定 {false_by_label}；未标注文本上 {len(rest)} 处，"
        f"复核为对 {judgements['对']}、错 {judgements['错']}、{UNREAD} {judgements[UNREAD]}。"
        f"精确率（已复核的）{page.percent(right, read_count)}。"
    )
    print(f"## 指为矛盾之处\n\n{summary}\n")
    for one, judgement, _ in rest:
        if judgement == UNREAD or options.misses:
            text = passages[one.passage].text if one.passage in passages else ""
            print(f"? {judgement} · {one.passage} · {_in_words(one.finding, text) if text else one.quote}")
    return f"## 指为矛盾之处\n\n{summary}\n\n{page.accusations_table(rest)}"


def _accusations_in_pdfs(options: argparse.Namespace) -> list[Accusation]:
    found: list[Accusation] = []
    for path in sorted((options.corpus / "pdf").glob("*.pdf")):
        try:
            document = read_file(path)
        except Unreadable as error:
            print(f"未读取 {path.name}：{error.reason}", file=sys.stderr)
            continue
        found += accusations(path.name, document.text, examine(document), [])
    return found


def _review() -> dict[tuple[str, str, str, str, str], tuple[str, str]]:
    """Return what careful reading made of each contradiction, by its place and figures."""
    if not REVIEW.exists():
        return {}
    rows = tomllib.loads(REVIEW.read_text(encoding="utf-8")).get("read", [])
    return {
        (row["passage"], row["check"], row["stated"], row["computed"], row["unit"]): (row["judgement"], row["why"])
        for row in rows
    }


if __name__ == "__main__":
    sys.exit(main())
