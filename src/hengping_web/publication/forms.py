"""Forms of the gate, of publication and of comments."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hengping_web.base.forms import Text


class Answer(forms.Form):
    """The written answer to one question."""

    text = Text(label=_("书面说明"), max_length=2000, rows=4, help_text=_("会印在公布的报告之后，连同说明岗位和日期。"))


class Publish(forms.Form):
    """A decision on the whole year, with its reason where one is asked."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = Text(
        label=_("更正了什么、为什么"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("首次公开不填；更正必填，会公开。"),
    )


class Withdraw(forms.Form):
    """Taking a publication away."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = Text(
        label=_("撤下的原因"), max_length=1000, rows=3, help_text=_("会公开；原内容保留在原版本的地址，注明已撤下。")
    )


class Remark(forms.Form):
    """A citizen's comment on one figure."""

    text = Text(
        label=_("您的留言"),
        max_length=1000,
        rows=6,
        help_text=_("只写对这个数字的疑问或意见，不要写姓名、电话、住址。本页不需要登录，也不记录您是谁。"),
    )


class Decide(forms.Form):
    """Whether a comment is shown, and the bureau's answer."""

    shown = forms.TypedChoiceField(
        label=_("是否公开"),
        choices=[("yes", _("公开")), ("no", _("不公开"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reply = Text(label=_("答复"), max_length=2000, rows=4, required=False, help_text=_("与留言一并公开。"))
    reason = Text(label=_("不公开的理由"), max_length=500, rows=2, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)
