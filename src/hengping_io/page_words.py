"""The words of the auditor's pages in Chinese and English, both on the page; a switch at its head shows one of them.

What is said of a document stays in the language of the document; an English reader has the name of the check, the
verdict, the figures and the working beside it.
"""

from __future__ import annotations

from functools import cache
from html import escape

SWITCH = '<label class="switch"><input type="checkbox" id="english"> English</label>'
STYLE = """
.en { display: none; }
:root:has(#english:checked) .en { display: inline; }
:root:has(#english:checked) .zh { display: none; }
.switch { float: right; min-height: 44px; display: inline-flex; align-items: center; gap: .4rem; cursor: pointer; }
@media print { .switch { display: none; } }
"""

ENGLISH = {
    "跳到正文": "Skip to the document",
    "须答复": "To answer",
    "相符": "Agrees",
    "尾数差": "Rounding",
    "未说明差额": "Unexplained difference",
    "矛盾": "Contradiction",
    "缺少": "Missing",
    "提示": "Remark",
    "不适用": "Not applicable",
    "资料不足": "Not enough data",
    "请人工核对": "For a person to check",
    "错误": "Error",
    "尾数": "Rounding",
    "读出数字": "Figures read",
    "参与核对": "Took part in a check",
    "未核对": "Not checked",
    "核对了什么、没有核对什么": "What was checked and what was not",
    "没有列出问题，不等于没有问题：未核对的数字和资料不足的事项见页末。": (
        "No finding does not mean no problem: figures not checked and checks without data are listed at the end."
    ),
    "程度": "Weight",
    "结论": "Verdict",
    "已有说明": "Answered",
    "下一处": "next",
    "上一处": "previous",
    "按键": "keys",
    "展开规则": "open the rule",
    "显示或关闭本说明": "show or close this help",
    "全文": "Whole document",
    "文中": "printed",
    "算得": "computed",
    "相差": "difference",
    "建议": "Suggestion",
    "依据": "By",
    "算式、规则与依据": "Working, rule and source",
    "规则": "Rule",
    "新增": "new",
    "仍在": "still there",
    "未核对的数字": "Figures not checked",
    "事项": "Check",
    "名称": "Name",
    "落实": "Done",
    "核对": "Judged",
    "缺少的资料": "What is missing",
    "已核对": "Checked",
    "须人工核对": "For a person",
    "未实现": "Not implemented",
    "文件": "File",
    "状态": "State",
    "陈述": "Statements",
    "未核对数字": "Not checked",
    "消失": "Gone",
    "说明": "Remarks",
    "不能读取": "Not readable",
    "程序出错": "Program failed",
    "有须答复的文件": "Files to answer",
    "核对总表": "Index of the audit",
    "缺少的部分": "Missing parts",
    "文件数": "Files",
    "人均支出偏离较大的": "Spending per head far from the others",
    "项目": "Item",
    "人均（元）": "Per head (yuan)",
    "各单位中位数（元）": "Median of the units (yuan)",
    "单位数": "Units",
    "与中位数的距离超过中位离差的3.5倍（修正 z 值）。只是线索：任务不同，人均自然不同。": (
        "Further from the median than 3.5 median deviations (modified z-score). A clue only: other tasks, other costs."
    ),
    "同一句话出现在两份以上报告中。引用文件规定和固定表述的不在此列者，请核实是否照抄。": (
        "The same sentence stands in two or more reports. Unless it quotes a rule, ask whether it was copied."
    ),
    "批注副本": "copy with comments",
    "衡评核对 · 本页不含外部内容，可离线打开和打印。": "Hengping audit · This page holds nothing from elsewhere and opens offline.",
}
"""Chinese words of the pages → English."""


@cache
def say(words: str) -> str:
    """Return fixed words of a page as HTML in both languages, or as they are where there is no English for them."""
    english = ENGLISH.get(words)
    shown = escape(words)
    return f'<span class="zh">{shown}</span>{english_only(english)}' if english else shown


def english_only(words: str) -> str:
    """Return words that only the English page shows."""
    return f'<span class="en" lang="en">{escape(words)}</span>'


@cache
def name_of(key: str, title: str) -> str:
    """Return the name of a check as HTML: its Chinese title, and in English the words of its key.

    >>> name_of("classes-add-to-total", "分类小计与合计")
    '<span class="zh">分类小计与合计</span><span class="en" lang="en">Classes add to total</span>'
    """
    return f'<span class="zh">{escape(title)}</span>{english_only(key.replace("-", " ").capitalize())}'


def counted(before: str, count: int, after: str, english: str) -> str:
    """Return words around a number in both languages."""
    return f'<span class="zh">{before} {count} {after}</span>{english_only(f"{english} {count}")}'
