"""Indicators of what petitioners say: satisfaction and participation, for the office and for the unit apart.

Silence is never satisfaction. Measures taken by survey or entered by hand are declared with the framework's other
recorded indicators.
"""

from __future__ import annotations

from datetime import date

from hengping.law import source
from hengping.performance.model import Direction, Indicator, Ratio

PRACTICE = source("petition-statistics-practice")
EVALUATION = source("petition-evaluation-2022")
SINCE = date(2022, 5, 1)

LEVEL, SATISFACTION = "信访办理", "满意度"

OFFICE_SATISFACTION = Indicator(
    key="office-satisfaction",
    title="群众满意率（信访部门）",
    cites=(
        EVALUATION.whole,
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="评价窗口自受理告知起，长度为参数（暂三十日，待核实），截止日在期内且已过的一批。未评价的不计为满意。",
    measure=Ratio(met="office_satisfied", of="office_evaluated"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="（满意＋基本满意）÷窗口内已评价×100%",
)

OFFICE_PARTICIPATION = Indicator(
    key="office-participation",
    title="参评率（信访部门）",
    cites=(
        EVALUATION.whole,
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="评价窗口自受理告知起，长度为参数（暂三十日，待核实），截止日在期内且已过的一批。窗口尚未截止的不计入。",
    measure=Ratio(met="office_evaluated", of="office_evaluation_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="窗口内已评价÷应评价×100%",
)

OFFICE_PARTICIPATING_SATISFACTION = Indicator(
    key="office-participating-satisfaction",
    title="参评满意率（信访部门）",
    cites=(
        EVALUATION.whole,
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="等于满意率乘以参评率，沉默的留在分母。评价窗口自受理告知起，长度为参数（暂三十日，待核实），截止日在期内且已过的一批。",
    measure=Ratio(met="office_satisfied", of="office_evaluation_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="（满意＋基本满意）÷应评价×100%",
)

OFFICE_SATISFACTION_AS_PRACTISED = Indicator(
    key="office-satisfaction-as-practised",
    title="群众满意率（信访部门，系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="系统按评价时间归期；逾期未评价计为满意的做法不采用。",
    measure=Ratio(met="office_evaluations_satisfied", of="office_evaluations"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="期内作出的（满意＋基本满意）÷期内作出的评价×100%",
)

OFFICE_PARTICIPATION_AS_PRACTISED = Indicator(
    key="office-participation-as-practised",
    title="参评率（信访部门，系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="系统口径：已评价的无论窗口是否截止都计入。",
    measure=Ratio(met="office_evaluations", of="office_evaluation_due_as_practised"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="已评价÷（已评价＋超期未评价）×100%",
)

OFFICE_PARTICIPATION_OF_ALL = Indicator(
    key="office-participation-of-all",
    title="参评率（信访部门，占总件次）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="考核工具的另一口径：分母为总件次，与参评率相差很大。",
    measure=Ratio(met="office_evaluations", of="registrations"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="期内作出的评价÷登记件次×100%",
)

UNIT_SATISFACTION = Indicator(
    key="unit-satisfaction",
    title="群众满意率（责任单位）",
    cites=(
        EVALUATION.whole,
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="评价窗口自答复起，长度为参数（暂三十日，待核实），截止日在期内且已过的一批。未评价的不计为满意。",
    measure=Ratio(met="unit_satisfied", of="unit_evaluated"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="（满意＋基本满意）÷窗口内已评价×100%",
)

UNIT_PARTICIPATION = Indicator(
    key="unit-participation",
    title="参评率（责任单位）",
    cites=(
        EVALUATION.whole,
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="评价窗口自答复起，长度为参数（暂三十日，待核实），截止日在期内且已过的一批。窗口尚未截止的不计入。",
    measure=Ratio(met="unit_evaluated", of="unit_evaluation_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="窗口内已评价÷应评价×100%",
)

UNIT_PARTICIPATING_SATISFACTION = Indicator(
    key="unit-participating-satisfaction",
    title="参评满意率（责任单位）",
    cites=(
        EVALUATION.whole,
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="等于满意率乘以参评率，沉默的留在分母。评价窗口自答复起，长度为参数（暂三十日，待核实），截止日在期内且已过的一批。",
    measure=Ratio(met="unit_satisfied", of="unit_evaluation_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="（满意＋基本满意）÷应评价×100%",
)

UNIT_SATISFACTION_AS_PRACTISED = Indicator(
    key="unit-satisfaction-as-practised",
    title="群众满意率（责任单位，系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="系统按评价时间归期；逾期未评价计为满意的做法不采用。",
    measure=Ratio(met="unit_evaluations_satisfied", of="unit_evaluations"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="期内作出的（满意＋基本满意）÷期内作出的评价×100%",
)

UNIT_PARTICIPATION_AS_PRACTISED = Indicator(
    key="unit-participation-as-practised",
    title="参评率（责任单位，系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="系统口径：已评价的无论窗口是否截止都计入。",
    measure=Ratio(met="unit_evaluations", of="unit_evaluation_due_as_practised"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="已评价÷（已评价＋超期未评价）×100%",
)

UNIT_PARTICIPATION_OF_ALL = Indicator(
    key="unit-participation-of-all",
    title="参评率（责任单位，占总件次）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="考核工具的另一口径：分母为总件次，与参评率相差很大。",
    measure=Ratio(met="unit_evaluations", of="registrations"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=SATISFACTION,
    formula="期内作出的评价÷登记件次×100%",
)
