"""Work out where each known fault of the Hengyang demonstration report stands, and write that down as JSON.

``demo/hengyang-2024/published-report.txt`` was written for this repository: the figures, account names and section
titles are those of the published 2024 report, the sentences are not. A fault is given here by the words it is made
of; lines and offsets are found in the text, so that the text may be edited and the truth written anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("hengyang-2024")
REPORT = FOLDER / "published-report.txt"
TRUTH = FOLDER / "published-report.truth.json"

SUMS = {
    "A1": ("SUM-01", "warning", "工资福利支出553.6万元", "553.60", "552.47", "1.13", 9),
    "A2": ("SUM-01", "error", "商品和服务支出118.31万元", "118.31", "87.21", "31.10", 14),
    "A3": ("SUM-01", "warning", "对个人和家庭的补助支出69.41万元", "69.41", "68.82", "0.59", 3),
    "A4": ("SUM-01", "warning", "商品和服务支出801.54万元", "801.54", "796.77", "4.77", 15),
    "B1": ("SUM-02", "hint", "基本支出本年支出决算742.24万元", "742.24", "742.23", "0.01", 4),
}
"""Sums that are not reached: check, severity, the words, stated, sum of the items, difference, number of items."""

FAULTS = {
    "A5": ("PCT-03", "warning", ["占预算支出45.02％", "占预算支出54.98％"], "所称为预算，实际基数为决算合计 1648.78"),
    "A6": (
        "ORD-02",
        "warning",
        ["（四）2024年本局取得的主要工作成绩", "（四）绩效自评结果应用"],
        "同一级序号（四）用了两次",
    ),
    "A7": (
        "LOG-01",
        "warning",
        ["打分得出结果为100分，等级为优秀", "评价指标体系不够完善", "内控制度需进一步完善"],
        "满分与列出的两个问题并存",
    ),
    "A8": (
        "LOG-02",
        "warning",
        ["所有资金使用严格按审批程序办理", "仍需进一步强化财务约束"],
        "绝对化的合规结论与承认的内控弱点并存",
    ),
    "A9": (
        "LOG-03",
        "warning",
        [
            "我局项目支出均为运行维护经费",
            "对个人和家庭的补助支出100万元，均为救济费",
            "资本性支出5万元。均为办公设备购置费",
        ],
        "“均为”与 906.54 之中的 105.00 不符",
    ),
    "A10": (
        "LOG-05",
        "warning",
        ["一是加强对财务人员的业务培训", "三是提高预算编制精准度"],
        "四条措施对两个问题，第一、第三条没有对应的问题",
    ),
    "A11": ("LOG-06", "warning", ["2、内控制度需进一步完善"], "标题说有原因分析，第二个问题没有原因"),
    "A12": (
        "DAT-03",
        "warning",
        ["今年以来全市申诉求决类", "今年以来调处各类纠纷达306件"],
        "已结束年度的报告里用“今年以来”",
    ),
    "A13": (
        "IND-01",
        "warning",
        ["及时受理率、按期答复率、信访途径一次性化解率等指标大幅提升"],
        "点了指标的名，没有数值、目标与基数",
    ),
    "A14": ("SCO-00", "error", ["打分得出结果为100分，等级为优秀"], "总分背后没有指标表、分值与逐项得分"),
    "A15": ("TXT-01", "info", ["调理论证"], "疑为调研论证"),
    "A16": ("TRM-01", "info", ["其他交通费用27.12", "其它交通费25.83"], "同一科目两种写法"),
    "A17": (
        "XRF-04",
        "info",
        ["驻京劝返科、驻长沙信访接待工作站", "北京维稳劝返办及长沙信访接待站"],
        "同一机构两种名称",
    ),
    "A18": ("XRF-05", "info", ["14个领域信访量实现下降", "14个领域信访人次同比实现下降"], "同一个数，两种口径"),
    "A19": ("SCO-04", "info", ["等级为优秀"], "不是四档等级之一"),
    "D7": (
        "ORD-03",
        "info",
        ["1、 单位基本情况", "6、 部门整体支出绩效情况", "7、 存在的问题及原因分析"],
        "一级标题数字写法不一，疑为转换所致",
    ),
    "D8": ("EXT-01", "info", ["[bookmark: _GoBack]"], "转换留下的痕迹，不是作者所写"),
}
"""Other faults: check, severity, the words in their order, what is wrong."""

MISSING = {
    "C1": ("OUT-02", "没有附表：基础数据表、部门整体支出绩效自评表、项目支出绩效自评表"),
    "C2": ("EXE-00", "没有年初预算数、全年预算数，也没有预算执行率"),
    "C3": ("SUM-05", "支出合计（1648.78）没有写出"),
    "C4": ("SGJ-00", "没有“三公”经费一节"),
    "C5": ("OBJ-00", "没有写年初绩效目标，却说都已达到"),
    "C6": ("YOY-00", "没有上年数"),
    "C7": ("OUT-03", "标题没有单位与年度，没有报告日期"),
    "C8": ("RCT-00", "没有整改清单"),
    "C9": ("STF-03", "在职 33 人没有分类"),
    "C10": ("SAT-00", "没有服务对象满意度"),
    "C11": ("EXE-05", "没有结转结余、政府采购、资产数据"),
}
"""What the whole report does not say."""

MANUAL_REVIEW = ("D7", "D8")

MUST_PASS = (
    ("SUM-02", "801.54＋100＋5＝906.54"),
    ("PCT-01", "742.24÷1648.78＝45.0175→45.02；906.54÷1648.78＝54.9825→54.98；合计 100.00"),
    ("STF-01", "27＋3＋6＝36"),
    ("STF-02", "33≤36，在职人员控制率 91.67%"),
    ("CNT-01", "十个＝10 个名称"),
    ("CNT-01", "1个＝1 个名称"),
    ("CNT-01", "两个专项行动＝2 个名称"),
    ("ORD-01", "各级序号齐全且递增"),
    ("ORD-04", "一是、二是……齐全"),
    ("DAT-01", "所有年份都是 2024"),
    ("SCO-03", "100 分在优（≥90）之内"),
    ("FMT-05", "成对的标点都成对"),
    ("XRF-05", "两处 14 个领域"),
    ("FND-01", "三处没有收支的说法与标题一致"),
    ("UNI-01", "50 个金额都以万元为单位"),
    ("SUM-03", "没有一项大于其合计，没有负数"),
)

MUST_NOT_FIRE = (
    "1.28 出现两次（印刷费、邮电费）：两个科目，不是重复",
    "医疗费 24.5（30114）与医疗费补助 10.35（30307）：两个科目",
    "办公费 2.28 与 20.76、商品和服务支出 118.31 与 801.54：基本与项目，不是矛盾",
    "五化、三个不发生、四下基层、三稳三保、五中心合一：说法，不是计数",
    "二十届三中全会、第三届：序数",
    "130余次、2000余件：约数",
    "2024、1、：年份与序号，不是金额",
    "100万元与100分",
    "九、无：可以为空的一节",
    "“其中”是不完全列举：小于合计是未列明，不是错",
)


def spans(lines: list[str], words: list[str]) -> list[dict[str, Any]]:
    """Return where the words stand, each searched for after the one before; they must be there."""
    found: list[dict[str, Any]] = []
    at = (0, 0)
    for quote in words:
        at = _find(lines, quote, at)
        line, start = at
        found.append({"line": line + 1, "start": start, "end": start + len(quote), "quote": quote})
    return found


def _find(lines: list[str], quote: str, after: tuple[int, int]) -> tuple[int, int]:
    for number in range(after[0], len(lines)):
        start = lines[number].find(quote, after[1] if number == after[0] else 0)
        if start >= 0:
            return number, start
    raise ValueError(f"not in the report: {quote}")


def truth(text: str) -> dict[str, Any]:
    """Return everything a reviewer must find in the report, with places."""
    lines = text.split("\n")
    findings: list[dict[str, Any]] = []
    for key, (check, severity, words, stated, total, difference, items) in SUMS.items():
        label = "rounding_hint" if severity == "hint" else "defect"
        places = {"id": key, "label": label, "check": check, "severity": severity, "spans": spans(lines, [words])}
        findings.append(places | {"stated": stated, "sum": total, "diff": difference, "items": items})
    for key, (check, severity, quotes, problem) in FAULTS.items():
        label = "manual_review" if key in MANUAL_REVIEW else "defect"
        places = {"id": key, "label": label, "check": check, "severity": severity, "spans": spans(lines, quotes)}
        findings.append(places | {"problem": problem})
    for key, (check, problem) in MISSING.items():
        found = {"id": key, "label": "defect", "check": check, "severity": "warning", "spans": [], "problem": problem}
        findings.append(found)
    findings.sort(key=lambda finding: (finding["id"][0], int(finding["id"][1:])))
    return {
        "source": REPORT.name,
        "span_convention": "line 1-based, start/end 0-based code points in the line",
        "findings": findings,
        "must_pass": [{"check": check, "what": what} for check, what in MUST_PASS],
        "must_not_fire_as_error": list(MUST_NOT_FIRE),
    }


def main() -> None:
    """Write the truth beside the report."""
    found = truth(REPORT.read_text(encoding="utf-8"))
    TRUTH.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{TRUTH}: {len(found['findings'])}")


if __name__ == "__main__":
    main()
