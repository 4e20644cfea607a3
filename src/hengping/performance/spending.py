"""Indicators measured on the book and on the base figures a unit states beside it.

The common framework of 2013 for whole-department expenditure, and what Hunan's scorecards add to it. Every rate
names its base by naming a column of ``BookFacts``.
"""

from __future__ import annotations

from datetime import date

from hengping.law import Citation, Confidence, source
from hengping.performance.model import Direction, Indicator, Ratio

FRAMEWORK = source("indicators-2013")["附件：部门整体支出绩效评价共性指标体系框架"]
SEEN = Citation(FRAMEWORK.source, FRAMEWORK.article, Confidence.VERIFIED)
"""The same framework, for rows whose text was compared with a published sample."""

EVALUATION = source("evaluation-2020")
CORE = source("indicators-2021")
SCORECARD = source("hunan-scorecard-2017").whole
SCORECARD_SEEN = Citation(SCORECARD.source, "", Confidence.VERIFIED)
BUDGET_LAW = source("budget-law")

FRAMEWORK_SINCE = date(2013, 4, 21)
EVALUATION_SINCE = date(2020, 2, 25)
SCORECARD_SINCE = date(2017, 1, 1)

INPUT, PROCESS, OUTPUT, EFFECT = "投入", "过程", "产出", "效果"
ALLOCATION, EXECUTION, ASSETS, DUTIES = "预算配置", "预算执行", "资产管理", "职责履行"

STAFF_CONTROL = Indicator(
    key="staff-control",
    title="在职人员控制率",
    cites=(SEEN,),
    since=FRAMEWORK_SINCE,
    reading="在职人员取年末在职在编人数，退休人员和编外聘用人员不计入。",
    measure=Ratio(met="staff_on_post", of="posts_approved"),
    better=Direction.LOWER,
    level1=INPUT,
    level2=ALLOCATION,
    formula="在职人员数÷编制数×100%",
)

THREE_PUBLIC_CHANGE = Indicator(
    key="three-public-change",
    title="“三公经费”变动率",
    cites=(SEEN,),
    since=FRAMEWORK_SINCE,
    reading="框架未写明口径，本指标按决算比决算；按预算比预算的见 three-public-budget-change。",
    measure=Ratio(met="three_public_change", of="three_public_expenditure_last"),
    better=Direction.LOWER,
    level1=INPUT,
    level2=ALLOCATION,
    formula="（本年度“三公”经费总额－上年度“三公”经费总额）÷上年度“三公”经费总额×100%",
)

KEY_SPENDING_SHARE = Indicator(
    key="key-spending-share",
    title="重点支出安排率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="重点项目支出与项目总支出均取年初预算安排数。",
    measure=Ratio(met="key_project_budget", of="initial_project"),
    level1=INPUT,
    level2=ALLOCATION,
    formula="重点项目支出÷项目总支出×100%",
)

BUDGET_COMPLETION = Indicator(
    key="budget-completion",
    title="预算完成率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="预算完成数取决算支出数，预算数取财政部门批复的年初预算数；年中调整由预算调整率反映。",
    measure=Ratio(met="expenditure", of="initial_budget"),
    better=Direction.EXACT,
    level1=PROCESS,
    level2=EXECUTION,
    formula="预算完成数÷预算数×100%",
)

BUDGET_ADJUSTMENT = Indicator(
    key="budget-adjustment",
    title="预算调整率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading=(
        "预算调整数为追加、追减、调剂的绝对数之和，调剂只计调入一方；上年结转，以及因国家政策、不可抗力、"
        "上级或本级党委政府临时交办而作的调整不计入。"
    ),
    measure=Ratio(met="adjustment_counted", of="initial_budget"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="预算调整数÷预算数×100%",
)

PAYMENT_PROGRESS = Indicator(
    key="payment-progress",
    title="支付进度率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="实际支付进度与既定支付进度以同一全年预算数为分母，两者之比即同一考核日的实际支付数与应支付数之比。",
    measure=Ratio(met="paid_by_checkpoint", of="planned_by_checkpoint"),
    level1=PROCESS,
    level2=EXECUTION,
    formula="实际支付进度÷既定支付进度×100%",
)

CARRY_OVER_RATE = Indicator(
    key="carry-over-rate",
    title="结转结余率",
    cites=(FRAMEWORK, BUDGET_LAW["第四十二条"]),
    since=FRAMEWORK_SINCE,
    reading="支出预算数取全年预算数；未另报结转结余的，按全年预算数减决算支出数计。",
    measure=Ratio(met="carry_over", of="full_year_budget"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="结转结余总额÷支出预算数×100%",
)

CARRY_OVER_CHANGE = Indicator(
    key="carry-over-change",
    title="结转结余变动率",
    cites=(SEEN,),
    since=FRAMEWORK_SINCE,
    measure=Ratio(met="carry_over_change", of="carry_over_last"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="（本年度累计结转结余资金总额－上年度累计结转结余资金总额）÷上年度累计结转结余资金总额×100%",
)

PUBLIC_FUNDS_CONTROL = Indicator(
    key="public-funds-control",
    title="公用经费控制率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="公用经费为基本支出中工资福利支出、对个人和家庭的补助以外的各类；预算安排数取年初预算。",
    measure=Ratio(met="public_funds_expenditure", of="public_funds_budget"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="实际支出公用经费总额÷预算安排公用经费总额×100%",
)

THREE_PUBLIC_CONTROL = Indicator(
    key="three-public-control",
    title="“三公经费”控制率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="“三公”经费含基本支出和项目支出中的因公出国（境）费用、公务用车购置及运行维护费、公务接待费；预算安排数取年初预算。",
    measure=Ratio(met="three_public_expenditure", of="three_public_budget"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="“三公”经费实际支出数÷“三公”经费预算安排数×100%",
)

PROCUREMENT_EXECUTION = Indicator(
    key="procurement-execution",
    title="政府采购执行率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="政府采购预算数含年中调整；实际政府采购金额取标注为政府采购的支付数。",
    measure=Ratio(met="procurement_expenditure", of="procurement_budget"),
    better=Direction.EXACT,
    level1=PROCESS,
    level2=EXECUTION,
    formula="实际政府采购金额÷政府采购预算数×100%",
)

FIXED_ASSET_USE = Indicator(
    key="fixed-asset-use",
    title="固定资产利用率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Ratio(met="assets_in_use", of="assets_total"),
    level1=PROCESS,
    level2=ASSETS,
    formula="实际在用固定资产总额÷所有固定资产总额×100%",
)

WORK_COMPLETION = Indicator(
    key="work-completion",
    title="实际完成率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Ratio(met="work_completed", of="work_planned"),
    level1=OUTPUT,
    level2=DUTIES,
    formula="实际完成工作数÷计划工作数×100%",
)

WORK_ON_TIME = Indicator(
    key="work-on-time",
    title="完成及时率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Ratio(met="work_on_time", of="work_planned"),
    level1=OUTPUT,
    level2=DUTIES,
    formula="及时完成实际工作数÷计划工作数×100%",
)

WORK_QUALITY = Indicator(
    key="work-quality",
    title="质量达标率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="分母依框架取计划工作数；有的地方取实际完成数。",
    measure=Ratio(met="work_up_to_standard", of="work_planned"),
    level1=OUTPUT,
    level2=DUTIES,
    formula="质量达标实际工作数÷计划工作数×100%",
)

KEY_TASK_COMPLETION = Indicator(
    key="key-task-completion",
    title="重点工作办结率",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Ratio(met="key_tasks_completed", of="key_tasks_assigned"),
    level1=OUTPUT,
    level2=DUTIES,
    formula="重点工作实际完成数÷交办或下达数×100%",
)

# ── what the self-evaluation form and Hunan's scorecards add ───────────────────────────────────────────────────

EXECUTION_RATE = Indicator(
    key="execution-rate",
    title="预算执行率",
    cites=(EVALUATION.whole, CORE.whole),
    since=EVALUATION_SINCE,
    reading="分子取全年执行数，分母取全年预算数（年初预算加调整）。",
    measure=Ratio(met="executed", of="full_year_budget"),
    better=Direction.EXACT,
    level1="预算执行率",
    level2="预算执行率",
    formula="全年执行数÷全年预算数×100%",
)

THREE_PUBLIC_BUDGET_CHANGE = Indicator(
    key="three-public-budget-change",
    title="“三公经费”变动率（预算口径）",
    cites=(SCORECARD_SEEN,),
    since=SCORECARD_SINCE,
    measure=Ratio(met="three_public_budget_change", of="three_public_budget_last"),
    better=Direction.LOWER,
    level1=INPUT,
    level2=ALLOCATION,
    formula="（本年度“三公”经费预算数－上年度“三公”经费预算数）÷上年度“三公”经费预算数×100%",
)

RESOURCE_COMPLETION = Indicator(
    key="resource-completion",
    title="预算完成率（湖南口径）",
    cites=(SCORECARD_SEEN,),
    since=SCORECARD_SINCE,
    measure=Ratio(met="resources_used", of="resources"),
    level1=PROCESS,
    level2=EXECUTION,
    formula="（上年结转＋年初预算＋本年追加预算－年末结余）÷（上年结转＋年初预算＋本年追加预算）×100%",
)

BUDGET_CONTROL = Indicator(
    key="budget-control",
    title="预算控制率",
    cites=(SCORECARD_SEEN,),
    since=SCORECARD_SINCE,
    measure=Ratio(met="supplement", of="initial_budget"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="本年追加预算÷年初预算×100%",
)

BUILDING_AREA_CONTROL = Indicator(
    key="building-area-control",
    title="新建楼堂馆所面积控制率",
    cites=(SCORECARD_SEEN,),
    since=SCORECARD_SINCE,
    reading="只计本年完工的新建项目。",
    measure=Ratio(met="area_built", of="area_approved"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="实际建设面积÷批准建设面积×100%",
)

BUILDING_INVESTMENT_CONTROL = Indicator(
    key="building-investment-control",
    title="新建楼堂馆所投资概算控制率",
    cites=(SCORECARD_SEEN,),
    since=SCORECARD_SINCE,
    reading="只计本年完工的新建项目。",
    measure=Ratio(met="investment_actual", of="investment_approved"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2=EXECUTION,
    formula="实际投资金额÷批准的概算投资金额×100%",
)
