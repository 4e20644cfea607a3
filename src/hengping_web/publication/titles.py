"""Official titles that a public page prints and a reader of English is helped with; what a unit set itself stays Chinese."""

from __future__ import annotations

from django.utils.translation import gettext_noop

KNOWN = frozenset(
    {
        gettext_noop("支出决算合计"),
        gettext_noop("预算执行率"),
        gettext_noop("自评得分"),
        gettext_noop("工资福利支出"),
        gettext_noop("商品和服务支出"),
        gettext_noop("对个人和家庭的补助"),
        gettext_noop("资本性支出"),
        gettext_noop("及时受理率（信访部门）"),
        gettext_noop("及时告知率（责任单位）"),
        gettext_noop("异议及时率"),
        gettext_noop("按期答复率"),
        gettext_noop("复查按期率"),
        gettext_noop("复核按期率"),
        gettext_noop("交办反馈按期率"),
        gettext_noop("督办改正按期率"),
        gettext_noop("群众满意率（信访部门）"),
        gettext_noop("群众满意率（责任单位）"),
        gettext_noop("参评率（信访部门）"),
        gettext_noop("参评率（责任单位）"),
        gettext_noop("信访件次"),
        gettext_noop("信访人次"),
        gettext_noop("走访批次"),
        gettext_noop("出具处理意见件次"),
        gettext_noop("未办结件次"),
        gettext_noop("初次信访办理联系率"),
        gettext_noop("“三公经费”控制率"),
        gettext_noop("一次性化解率"),
        gettext_noop("重复信访率"),
        gettext_noop("社会公众满意度（抽样调查）"),
        gettext_noop("产出指标"),
        gettext_noop("效益指标"),
        gettext_noop("满意度指标"),
        gettext_noop("优"),
        gettext_noop("良"),
        gettext_noop("中"),
        gettext_noop("差"),
        gettext_noop("未提供"),
        gettext_noop("公开数据包"),
        gettext_noop("Word 文档"),
        gettext_noop("PDF"),
        gettext_noop("网页"),
        gettext_noop("基础数据表"),
        gettext_noop("部门整体支出绩效自评表"),
        gettext_noop("项目支出绩效自评表"),
    }
)
