"""Indicators that a person judges, check by check, and records with the evidence."""

from __future__ import annotations

from hengping.law import source
from hengping.performance.model import Direction, Indicator, Recorded
from hengping.performance.spending import (
    DUTIES,
    EFFECT,
    FRAMEWORK,
    FRAMEWORK_SINCE,
    INPUT,
    OUTPUT,
    PROCESS,
    SCORECARD,
    SCORECARD_SINCE,
    SEEN,
)

BUDGET_LAW = source("budget-law")
REGULATION = source("budget-law-regulation")
YUEYANG = source("yueyang-scorecard-2019").whole

GOALS, MANAGEMENT, ASSETS, BENEFIT = "目标设定", "预算管理", "资产管理", "履职效益"

GOAL_REASONABLENESS = Indicator(
    key="goal-reasonableness",
    title="绩效目标合理性",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(
        checks=(
            "符合国家法律法规、国民经济和社会发展总体规划",
            "符合部门“三定”方案确定的职责",
            "符合部门制定的中长期规划",
        )
    ),
    level1=INPUT,
    level2=GOALS,
)

INDICATOR_CLARITY = Indicator(
    key="indicator-clarity",
    title="绩效指标明确性",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(
        checks=(
            "整体绩效目标已细化分解为具体的工作任务",
            "指标有清晰、可衡量的指标值",
            "与部门年度的任务数或计划数相对应",
            "与本年度部门预算资金相匹配",
        )
    ),
    level1=INPUT,
    level2=GOALS,
)

BUDGET_RULES_SOUNDNESS = Indicator(
    key="budget-rules-soundness",
    title="管理制度健全性",
    cites=(SEEN,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(
        checks=("已制定预算资金管理、内部财务管理、会计核算等制度", "制度合法、合规、完整", "制度得到有效执行")
    ),
    level1=PROCESS,
    level2=MANAGEMENT,
)

FUND_USE_COMPLIANCE = Indicator(
    key="fund-use-compliance",
    title="资金使用合规性",
    cites=(SEEN,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(
        checks=(
            "符合国家财经法规、财务管理制度和专项资金管理办法",
            "资金拨付有完整的审批程序和手续",
            "项目支出按规定经过评估论证",
            "支出符合部门预算批复的用途",
            "不存在截留、挤占、挪用、虚列支出",
        )
    ),
    level1=PROCESS,
    level2=MANAGEMENT,
)

DISCLOSURE = Indicator(
    key="disclosure",
    title="预决算信息公开性",
    cites=(SEEN, BUDGET_LAW["第十四条"], REGULATION["第六条"]),
    since=FRAMEWORK_SINCE,
    measure=Recorded(checks=("按规定内容公开预决算信息", "按规定时限公开预决算信息")),
    level1=PROCESS,
    level2=MANAGEMENT,
)

BASE_INFORMATION = Indicator(
    key="base-information",
    title="基础信息完善性",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(checks=("基础数据和会计信息真实", "基础数据和会计信息完整", "基础数据和会计信息准确")),
    level1=PROCESS,
    level2=MANAGEMENT,
)

ASSET_RULES_SOUNDNESS = Indicator(
    key="asset-rules-soundness",
    title="资产管理制度健全性",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="框架中与预算管理一项同名，题名加“资产”以示区别。",
    measure=Recorded(checks=("已制定资产管理制度", "制度合法、合规、完整", "制度得到有效执行")),
    level1=PROCESS,
    level2=ASSETS,
)

ASSET_SAFETY = Indicator(
    key="asset-safety",
    title="资产管理安全性",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(
        checks=(
            "资产保存完整",
            "资产配置合理",
            "资产处置规范",
            "资产账务管理合规，账实相符",
            "资产有偿使用及处置收入及时足额上缴",
        )
    ),
    level1=PROCESS,
    level2=ASSETS,
)

ECONOMIC_BENEFIT = Indicator(
    key="economic-benefit",
    title="经济效益",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(),
    level1=EFFECT,
    level2=BENEFIT,
)

SOCIAL_BENEFIT = Indicator(
    key="social-benefit",
    title="社会效益",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(),
    level1=EFFECT,
    level2=BENEFIT,
)

ECOLOGICAL_BENEFIT = Indicator(
    key="ecological-benefit",
    title="生态效益",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    measure=Recorded(),
    level1=EFFECT,
    level2=BENEFIT,
)

PUBLIC_SATISFACTION = Indicator(
    key="public-satisfaction",
    title="社会公众或服务对象满意度",
    cites=(FRAMEWORK,),
    since=FRAMEWORK_SINCE,
    reading="以抽样调查取得，与信访事项群众满意率是两回事，不得互相替代。",
    measure=Recorded(unit="%"),
    level1=EFFECT,
    level2=BENEFIT,
    formula="社会调查得出的满意比例",
)

# ── Hunan and its cities ───────────────────────────────────────────────────────────────────────────────────────

KEY_TASK_ASSESSMENT = Indicator(
    key="key-task-assessment",
    title="重点工作实际完成率",
    cites=(SCORECARD.unsure(),),
    since=SCORECARD_SINCE,
    reading="取党委、政府年度绩效考核得分（百分制），折算为分值。",
    measure=Recorded(unit="分"),
    level1=OUTPUT,
    level2=DUTIES,
    formula="年度绩效考核得分÷100×分值",
)

COMBINED_BENEFIT = Indicator(
    key="combined-benefit",
    title="经济效益、社会效益",
    cites=(SCORECARD.unsure(),),
    since=SCORECARD_SINCE,
    reading="评分表把两项合并计分，由评价人员判断。",
    measure=Recorded(),
    level1=EFFECT,
    level2=BENEFIT,
)

ADMINISTRATIVE_EFFICIENCY = Indicator(
    key="administrative-efficiency",
    title="行政效能",
    cites=(SCORECARD,),
    since=SCORECARD_SINCE,
    measure=Recorded(),
    level1=EFFECT,
    level2=BENEFIT,
    formula="会风文风、经费与资产管理、网上办事、行政成本等方面的改进效果",
)

SPECIAL_FUND_DELAYS = Indicator(
    key="special-fund-delays",
    title="支付进度",
    cites=(YUEYANG,),
    since=SCORECARD_SINCE.replace(year=2019),
    reading="专项资金春节前下达一半、六月底前全部下达；填报未按期下达的笔数。",
    measure=Recorded(unit="笔"),
    better=Direction.LOWER,
    level1=PROCESS,
    level2="预算执行",
)

BALANCE_LEFT = Indicator(
    key="balance-left",
    title="资金结余",
    cites=(YUEYANG,),
    since=SCORECARD_SINCE.replace(year=2019),
    measure=Recorded(),
    better=Direction.LOWER,
    level1=PROCESS,
    level2="预算执行",
)
