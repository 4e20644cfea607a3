"""A plan without anything to answer, as rows and as what a form sends."""

from __future__ import annotations

HERE = "/years/city-petition-office/2025/objectives/"
OBJECTIVE = {"objective": "O1", "title": "依法及时办理", "expected": "按期答复", "indicators": "timely-reply"}


def target(**changed: str) -> dict[str, str]:
    row = {
        "indicator": "staff-trained",
        "project": "",
        "block": "产出指标",
        "level2": "数量指标",
        "level3": "培训信访干部",
        "operator": "≥",
        "target": "800",
        "goal": "",
        "unit": "人次",
        "points": "20",
        "scoring": "",
    }
    return row | changed


TARGETS = (
    target(),
    target(indicator="timely-reply", level2="时效指标", level3="按期答复率", target="95", unit="%"),
    target(indicator="transfer-accuracy", level2="质量指标", level3="转送准确率", target="95", unit="%", points="10"),
    target(
        indicator="repeat-rate",
        block="效益指标",
        level2="社会效益指标",
        level3="重复信访率",
        operator="≤",
        target="10",
        unit="%",
        points="30",
    ),
    target(
        indicator="public-satisfaction",
        block="满意度指标",
        level2="服务对象满意度指标",
        level3="社会公众满意度",
        target="90",
        unit="%",
        points="10",
    ),
)
