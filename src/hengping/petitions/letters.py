"""Letters of casework: which step calls for which letter, what a letter must say, and the letter itself.

A letter follows from its event and nothing else, so that it can be written again at any time and always comes out the
same. It is addressed to “信访人”: who that is stands elsewhere, and the envelope is not the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hengping.document import Assembly, Document, Run
from hengping.law import Citation, source
from hengping.petitions.guards import REMEDIES, day_in
from hengping.petitions.model import Event
from hengping.petitions.steps import STEPS

PETITIONS = source("petitions-2022")
LITIGATION = source("administrative-litigation-interpretation")
HOUSE = source("house-rules")

PETITIONER = "信访人"
ELEMENTS = ("投诉请求", "事实和理由", "处理意见", "法律依据", "结论")
"""What 第三十二条 asks of an opinion letter."""

LONGEST_SENTENCE = 150
"""Characters after which a sentence is hard to follow; said as a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of letter: its key and title, the steps it belongs to, to whom, what it says, and by which texts.

    ``says`` are paragraphs with particulars in braces; one whose particulars are all missing is left out. ``numbered``
    names the particular that holds the letter's own number.
    """

    key: str
    title: str
    steps: tuple[str, ...]
    numbered: str
    says: tuple[str, ...]
    cites: tuple[Citation, ...]
    to_petitioner: bool = True
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a letter: why, what to do, by which texts; ``refuses`` tells whether it may not go out."""

    reason: str
    remedy: str
    cites: tuple[Citation, ...]
    refuses: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Organisations by key in words, for a letter; a key that is not known is shown as it is."""

    titles: Mapping[str, str]

    def of(self, key: str) -> str:
        """Return the name of an organisation, or of several joined by ``、``."""
        return "、".join(self.titles.get(part, part) for part in key.split("、"))


LETTERS: tuple[Letter, ...] = (
    Letter(
        key="acceptance",
        title="信访事项受理告知书",
        steps=("accept",),
        numbered="告知文号",
        says=(
            "你提出的信访事项（编号 {编号}）收悉。经审查，属于本单位职责范围，现予受理。",
            (
                "本单位将区分情况，按照法定途径办理：依照《信访工作条例》第三十一条第六项按照信访程序办理的，自受理之日起六十日内办结；"
                "情况复杂的，经本机关、单位负责人批准可以延长，延长不超过三十日，并告知延期理由。"
            ),
            "你可以凭查询码查询办理进展，并对信访部门和本单位的工作作出评价。",
        ),
        cites=(PETITIONS["第二十三条"], PETITIONS["第三十四条"]),
    ),
    Letter(
        key="non-acceptance",
        title="信访事项不予受理告知书",
        steps=("decline",),
        numbered="告知文号",
        says=(
            "你提出的信访事项（编号 {编号}）收悉。",
            "经查，该事项与编号 {在先事项} 的事项为同一事项，已经受理或者正在办理，且在规定期限之内。依照《信访工作条例》第十九条第三款，本机关不予受理。",
            "在先事项的办理不受影响，请凭其查询码查询进展。",
        ),
        cites=(PETITIONS["第十九条第三款"],),
    ),
    Letter(
        key="no-further-acceptance",
        title="信访事项不再受理告知书",
        steps=("decline-final",),
        numbered="告知文号",
        says=(
            "你提出的信访事项（编号 {编号}）收悉。",
            "经比对，该事项与编号 {在先事项} 的事项系同一事实和理由，后者已作出复核意见（{复核意见文号}）。比对情况：{比对意见}",
            "依照《信访工作条例》第三十六条第三款，各级党委和政府信访部门和其他机关、单位不再受理。",
        ),
        cites=(PETITIONS["第三十六条第三款"],),
    ),
    Letter(
        key="forwarding",
        title="信访事项转送函",
        steps=("forward", "decide-competence"),
        numbered="",
        says=(
            "现将编号 {编号} 的信访事项转送你单位，请依法处理。",
            (
                "请自收到之日起十五日内书面告知信访人是否受理及办理的途径和程序；认为不属于本单位职权范围的，"
                "自收到之日起五个工作日内提出异议并说明理由，经转送单位同意后交还有关材料。"
            ),
        ),
        cites=(PETITIONS["第二十二条第一款"], PETITIONS["第二十三条第三款"]),
        to_petitioner=False,
    ),
    Letter(
        key="assignment",
        title="信访事项交办函",
        steps=("assign",),
        numbered="",
        says=(
            "现将编号 {编号} 的信访事项交办你单位，请于 {反馈期限} 前反馈办理结果，并提交办结报告。",
            (
                "请自收到之日起十五日内书面告知信访人是否受理及办理的途径和程序；认为不属于本单位职权范围的，"
                "自收到之日起五个工作日内提出异议并说明理由，经交办单位同意后交还有关材料。"
            ),
        ),
        cites=(PETITIONS["第二十二条第一款第三项"], PETITIONS["第二十三条第三款"]),
        to_petitioner=False,
    ),
    Letter(
        key="extension",
        title="信访事项延期办理告知书",
        steps=("extend",),
        numbered="告知文号",
        says=(
            "你提出的信访事项（编号 {编号}）正在办理。因 {延期理由}，经本单位 {批准人职务} 批准，办理期限延长 {延期日数} 日。",
            "延长期限合计不超过三十日（《信访工作条例》第三十四条）。",
        ),
        cites=(PETITIONS["第三十四条"],),
    ),
    Letter(
        key="opinion",
        title="信访处理意见书",
        steps=("answer",),
        numbered="意见书文号",
        says=(
            "你提出的信访事项（编号 {编号}），本单位已办理终结，现将处理意见书面答复如下。",
            "一、投诉请求：{投诉请求}",
            "二、查明的事实和理由：{事实和理由}",
            "三、处理意见：{处理意见}",
            "四、法律依据：{法律依据}",
            "五、结论：对你的请求{结论}。",
            "六、与原意见的不同：{与原意见的不同}",
            "如不服本处理意见，可以自收到本意见书之日起三十日内，请求本单位的上一级机关、单位复查。",
        ),
        cites=(PETITIONS["第三十一条第六项"], PETITIONS["第三十二条"], PETITIONS["第三十五条"]),
        stage="answer",
    ),
    Letter(
        key="review",
        title="信访事项复查意见书",
        steps=("review-uphold", "review-change", "review-revoke"),
        numbered="复查意见文号",
        says=(
            "你对编号 {编号} 的信访事项处理意见不服，请求复查。经复查，本机关决定：{决定}。",
            "变更内容：{变更内容}",
            "责令原办理单位于 {重办期限} 前重新办理并书面答复你。",
            "{复核告知}",
        ),
        cites=(PETITIONS["第三十五条"], PETITIONS["第三十六条第一款"]),
        stage="review",
    ),
    Letter(
        key="re-review",
        title="信访事项复核意见书",
        steps=("re-review-opinion",),
        numbered="复核意见文号",
        says=(
            "你对编号 {编号} 的信访事项复查意见不服，请求复核。经复核，本机关对复查意见予以{结论}。",
            (
                "本复核意见为信访程序的终结意见。你仍以同一事实和理由提出信访请求的，"
                "各级党委和政府信访部门和其他机关、单位不再受理（《信访工作条例》第三十六条第三款）。"
            ),
        ),
        cites=(PETITIONS["第三十六条"],),
        stage="re-review",
    ),
    Letter(
        key="supervision",
        title="信访事项督办函",
        steps=("supervise",),
        numbered="",
        says=(
            "编号 {编号} 的信访事项，经查存在下列情形：{督办情形}。",
            "请于 {改正期限} 前改正，并书面反馈改正情况。",
        ),
        cites=(PETITIONS["第四十条第一款"],),
        to_petitioner=False,
    ),
)
"""Every kind of letter, in the order a matter meets them."""

_BY_STEP = {step: letter for letter in LETTERS for step in letter.steps}
_DECISIONS = {"review-uphold": "维持原处理意见", "review-change": "变更原处理意见", "review-revoke": "撤销原处理意见"}
_ON_RE_REVIEW = "如不服本复查意见，可以自收到本意见书之日起三十日内，向本机关的上一级机关、单位请求复核。"


def letter_of(step: str) -> Letter | None:
    """Return the letter that belongs to a step, if there is one."""
    return _BY_STEP.get(step)


_EMPTY = re.compile(
    r"^[\W_]*(无|略|没有|不详|同上|见附件|详见附件|另附|待定|暂无|空白|xx+|test)?[\W_]*$", re.IGNORECASE
)
_NAMES_A_TEXT = re.compile(r"《[^》]{2,60}》|第[零〇一二三四五六七八九十百千0-9]{1,8}条")
_PERMITS = r"(?:可以|可|有权|能够|应当|请)(?:依法|自行|另行|直接)?[^。；！？\n]{0,24}?"
_COURT = re.compile(_PERMITS + r"(行政诉讼|民事诉讼|提起诉讼|起诉|上诉|行政复议|申请仲裁|提起仲裁)")
_REVIEW_WORD = re.compile(_PERMITS + r"(?:申请|请求|提出)[^。；！？\n]{0,12}?(复查|复核)")
_PERIOD = re.compile(
    r"([零〇一二三四五六七八九十百0-9]{1,4})\s*(?:个)?(工作日|日|天|个月|月)\s*(?:之)?内[^。；！？\n]{0,30}?(?:复查|复核)"
)
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_TELEPHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def private_number(text: str) -> str:
    """Return what kind of personal number a text holds, or nothing; names cannot be told from words."""
    if _IDENTITY.search(text):
        return "公民身份号码"
    return "手机号码" if _TELEPHONE.search(text) else ""


def check(step: str, details: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return what is wrong with the letter a step would send: missing elements, wrong remedies, personal numbers.

    >>> [fault.reason for fault in check("answer", {"处理意见": "略"})][:2]
    ['“投诉请求”没有内容', '“事实和理由”没有内容']
    """
    letter = letter_of(step)
    if letter is None:
        return ()
    found = list(_private_numbers(details))
    if letter.key == "opinion":
        found += _elements(details)
    if letter.stage:
        found += _remedies(letter.stage, step, details)
        found += _readable(details)
    return tuple(found)


def _private_numbers(details: Mapping[str, str]) -> Iterator[Fault]:
    for name, value in details.items():
        what = private_number(value)
        if what:
            yield Fault(f"“{name}”中有{what}", "请删去：文书不写当事人和第三人的证件号码、电话。", (HOUSE["如实记载"],))


def _elements(details: Mapping[str, str]) -> Iterator[Fault]:
    article = (PETITIONS["第三十二条"],)
    for name in ELEMENTS:
        if _EMPTY.match(details.get(name, "")):
            yield Fault(f"“{name}”没有内容", "请写明；第三十二条要求的要素缺一不可。", article)
    basis = details.get("法律依据", "")
    if not _EMPTY.match(basis) and not _NAMES_A_TEXT.search(basis):
        yield Fault("“法律依据”没有写出任何文件或者条款", "请写出所依据的文件名称（《…》）或者条款（第…条）。", article)


def _remedies(stage: str, step: str, details: Mapping[str, str]) -> Iterator[Fault]:
    right = "无" if step == "review-revoke" else REMEDIES[stage]
    for name, text in details.items():
        court = _COURT.search(text)
        if court:
            yield Fault(
                f"“{name}”告知信访人可以“{court.group(1)}”：信访处理、复查、复核意见没有这一途径",
                "请删去；当事人另有法定途径的，应当在办理之初按第三十一条第一至第五项导入。",
                (LITIGATION["第一条第二款第九项"], PETITIONS["第三十五条"], PETITIONS["第三十六条"]),
            )
        wrong = next((word for word in _REVIEW_WORD.findall(text) if word != right), "")
        if wrong:
            next_step = "没有下一个救济途径" if right == "无" else f"下一个途径是“{right}”"
            yield Fault(
                f"“{name}”告知信访人可以申请“{wrong}”，本阶段{next_step}",
                "请改正后再出具。",
                (PETITIONS["第三十五条"], PETITIONS["第三十六条"]),
            )
        for number, unit in _PERIOD.findall(text):
            if (number, unit) not in {("三十", "日"), ("30", "日"), ("三十", "天"), ("30", "天")}:
                yield Fault(
                    f"“{name}”把申请期限写为“{number}{unit}”，应为三十日",
                    "请改正：信访人自收到书面答复之日起三十日内申请。",
                    (PETITIONS["第三十五条"], PETITIONS["第三十六条第一款"]),
                )


def _readable(details: Mapping[str, str]) -> Iterator[Fault]:
    for name, text in details.items():
        longest = max((len(part) for part in re.split(r"[。；！？\n]", text)), default=0)
        if longest > LONGEST_SENTENCE:
            yield Fault(
                f"“{name}”中有一句长达 {longest} 字",
                "建议断句，便于信访人读懂。",
                (PETITIONS["第三十二条"],),
                refuses=False,
            )


def compose(number: str, event: Event, organisation: str, names: Names) -> Document:
    """Return the letter of an event as a document; ``organisation`` signs, ``number`` is the matter's."""
    letter = letter_of(event.step)
    if letter is None:
        raise ValueError(f"no letter belongs to the step {event.step}")
    told = _told(number, event, letter)
    paper = Assembly()
    paper.heading((Run(letter.title),), 0)
    if letter.numbered:
        paper.paragraph((Run(told.get(letter.numbered, "")),), "label")
    addressee = PETITIONER if letter.to_petitioner else names.of(event.details.get("去向", "")) or "有关单位"
    paper.paragraph((Run(f"{addressee}："),))
    for text in _paragraphs(letter, told):
        paper.paragraph((Run(text),))
    paper.paragraph((Run(f"依据：{'、'.join(str(cite) for cite in letter.cites)}。"),), "note")
    paper.paragraph((Run(organisation),), "signature")
    paper.paragraph((Run(in_words(event.on)),), "signature")
    return paper.finish(name=f"{letter.key}-{number}", kind="letter", title=letter.title)


def _told(number: str, event: Event, letter: Letter) -> dict[str, str]:
    told = {"编号": number, **event.details}
    if letter.key == "review":
        told["决定"] = _DECISIONS[event.step]
        told["复核告知"] = "" if event.step == "review-revoke" else _ON_RE_REVIEW
    for name, value in told.items():
        day = day_in(value)
        if day is not None:
            told[name] = in_words(day)
    return told


_BLANK = re.compile(r"\{([^}]+)\}")


def _paragraphs(letter: Letter, told: Mapping[str, str]) -> Iterator[str]:
    for text in letter.says:
        blanks = _BLANK.findall(text)
        if all(told.get(name) for name in blanks):
            filled = _BLANK.sub(lambda match: told[match.group(1)], text)
            yield from (line for line in filled.split("\n") if line.strip())


def in_words(day: date) -> str:
    """Return a day as an official letter writes it.

    >>> in_words(date(2025, 3, 1))
    '2025年3月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


assert all(step in STEPS for letter in LETTERS for step in letter.steps)  # noqa: S101 - a letter of no step is a slip
