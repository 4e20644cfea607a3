"""The tables of a year folder, read from the rulebook, and the guide and Frictionless schema written from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from hengping import tables
from hengping_io.data_columns import FRICTIONLESS, Column
from hengping_io.data_package import Layout, Link

TYPES = {
    "text": "文字",
    "date": "日期",
    "amount": "金额（元）",
    "number": "数",
    "integer": "整数",
    "boolean": "是否",
    "list": "若干项",
}


@cache
def layouts() -> Mapping[str, Layout]:
    """Return what every table of a year folder must look like, by name."""
    return MappingProxyType({name: _layout(name, row) for name, row in tables.toml("year_package.toml").items()})


def _layout(name: str, row: Mapping[str, Any]) -> Layout:
    return Layout(
        name=name,
        title=row["title"],
        columns=tuple(_column(column) for column in row["columns"]),
        required=row.get("required", False),
        key=tuple(row.get("key", ())),
        links=tuple(
            Link(columns=tuple(link["columns"]), table=link["table"], targets=tuple(link["targets"]))
            for link in row.get("links", ())
        ),
        note=row.get("note", ""),
    )


def _column(row: Mapping[str, Any]) -> Column:
    values = dict(row)
    if "minimum" in values:
        values["minimum"] = Decimal(values["minimum"])
    return Column(**values)


def schema(layout: Layout, columns: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the Frictionless table schema of a layout, for all its columns or those a file has."""
    wanted = tuple(columns) if columns is not None else tuple(column.name for column in layout.columns)
    found: dict[str, Any] = {"fields": [_field(layout.column(name)) for name in wanted]}
    if layout.key:
        found["primaryKey"] = list(layout.key)
    links = [link for link in layout.links if layout.column(link.columns[0]).type != "list"]
    if links:
        found["foreignKeys"] = [
            {
                "fields": list(link.columns),
                "reference": {
                    "resource": "" if link.table == layout.name else link.table,
                    "fields": list(link.targets),
                },
            }
            for link in links
        ]
    return found


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "title": column.title,
        "type": FRICTIONLESS.get(column.type, column.type),
    }
    if column.note:
        found["description"] = column.note
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.values and column.type == "text":
        constraints["enum"] = list(dict.fromkeys([*column.values, *column.values.values()]))
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.minimum is not None:
        constraints["minimum"] = int(column.minimum)
    if constraints:
        found["constraints"] = constraints
    return found


def descriptor(name: str, title: str, resources: Mapping[str, tuple[str, Iterable[str]]]) -> dict[str, Any]:
    """Return a data package descriptor for tables given as name → (path, columns)."""
    known = layouts()
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table,
                "title": known[table].title,
                "path": path,
                "encoding": "utf-8",
                "schema": schema(known[table], columns),
            }
            for table, (path, columns) in resources.items()
        ],
    }


def guide() -> str:
    """Return docs/year-folder.md: every table and column, for those who fill them in."""
    lines = [
        "# 年度数据包",
        "",
        "<!-- 由 src/hengping/rules/year_package.toml 生成，请勿手改。 -->",
        "",
        "一个文件夹：`datapackage.json`（Frictionless tabular data package）列出各表，每张表是一个 CSV 文件。",
        "`hengping year 文件夹 --out 目录` 读它、校验它、计算并写出自评报告与附表。",
        "",
        "- 编码用 UTF-8，GB18030 也能读；第一行是列名，写英文名或中文名都可以；列的次序不限，没有的可选列可以省去。",
        "- 金额以元为单位、两位小数、不写千分位；日期写成 `2024-03-05`；没有的留空，**空不等于零**。",
        "- 任何表都不写姓名、证件号码、电话、住址。",
        "- 有问题时一次列全：哪个文件、哪一行、哪一列、哪条规则、怎么改；有一处不合格就什么也不写出。",
        "",
    ]
    for layout in layouts().values():
        lines += [*_guide_of(layout), ""]
    return "\n".join([*lines, *_rules()]).rstrip() + "\n"


def _guide_of(layout: Layout) -> list[str]:
    lines = [f"## {layout.title} `{layout.name}`{'（必需）' if layout.required else ''}", ""]
    if layout.note:
        lines += [layout.note, ""]
    lines += ["| 列 | 中文名 | 内容 | 必填 | 说明 |", "|---|---|---|---|---|"]
    lines += [_guide_row(column) for column in layout.columns]
    if layout.key:
        lines += ["", f"主键：{'、'.join(f'`{name}`' for name in layout.key)}。"]
    for link in layout.links:
        columns, targets = "、".join(link.columns), "、".join(link.targets)
        lines += ["", f"外键：`{columns}` → `{link.table}.{targets}`。"]
    return lines


def _guide_row(column: Column) -> str:
    values = "；".join(f"`{value}` {label}" for value, label in column.values.items())
    note = "　".join(part for part in (column.note, values) if part)
    return f"| `{column.name}` | {column.title} | {TYPES[column.type]} | {'是' if column.required else ''} | {note} |"


RULES: Mapping[str, str] = MappingProxyType(
    {
        "一行": "“单位与年度”恰好一行，“三公”经费实物量至多一行。",
        "报告日期": "报告日期在年度终了之后。",
        "编制合计": "各类编制之和等于合计；实有人数各类都填了的，其和等于合计。",
        "科目": "功能分类、经济分类代码在本年有效；没有列明款级的须在备注里写明“未列明”。",
        "预算调整": "预算调整须写原因，其他阶段不写；同一资金的调剂合计为零。",
        "账目平衡": "账目按平衡数的口径汇总后与之相等；有执行又有决算的，两者按科目相等；"
        "列了年末结转、结余的，全年预算减决算等于年末结转、结余与财政收回之和。",
        "个数": "人数、工作数是整数；金额是两位小数。",
        "佐证": "佐证材料在数据包之内，内容与 SHA-256 相符。",
        "逐项核对": "逐项核对只写 是 或 否。",
        "填报日期": "填报日期、提供日期不晚于报告日期。",
        "评分表": "评分表在规则手册之内且在本年有效；年度指标的分值之和等于各部分规定的分值。",
        "指标": "填报指标、年度目标所写的指标在规则手册之内，或者列在年度指标里。",
        "环节次序": "每件事项的环节从 1 起连续编号，日期不倒退，且都是条例允许的环节。",
        "个人信息": "文字里不得有身份证号码、手机号码。",
    }
)
"""Rules across cells and tables: what they are called in messages → what they ask."""


def _rules() -> list[str]:
    return ["## 跨表规则", "", *(f"- **{name}**：{text}" for name, text in RULES.items())]
