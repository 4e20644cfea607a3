"""Pages of the house itself: the language switch, and what is said when something cannot be done."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from hengping.errors import Refusal
from hengping_web.base.english import english
from hengping_web.base.services import Answer

NOTICES = b"<!-- notices -->"
"""Where the layout lets a notice be put into an answer that was given before."""

log = logging.getLogger("hengping.web")


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language chosen and go back to the page it was chosen on."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/")
    if code in {known for known, _ in settings.LANGUAGES}:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


def said(request: HttpRequest | None, status: HTTPStatus, title: str, text: str, remedy: str) -> HttpResponse:
    """Return a page that says what happened and what to do now, and nothing else."""
    context = {"title": title, "text": text, "remedy": remedy}
    return render(request, "base/said.html", context, status=status)


def _in_words(refusal: Refusal) -> str:
    """Return a refusal in the language of the reader."""
    if not (get_language() or "").startswith("en"):
        return str(refusal)
    basis = f" [{english(refusal.basis)}]" if refusal.basis else ""
    return f"{english(refusal.rule)}: {english(refusal.reason)}{basis}. {english(refusal.remedy)}"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Show a refusal: what, why, by which text, what now."""
    return said(request, HTTPStatus.CONFLICT, gettext("现在不能这样办理"), _in_words(refusal), "")


def too_often(request: HttpRequest, wait: str) -> HttpResponse:
    """Say that a door is closed for a while."""
    text = gettext("短时间内尝试次数过多，为保护信访人与工作人员，暂停受理。")
    return said(request, HTTPStatus.TOO_MANY_REQUESTS, gettext("请稍后再试"), text, wait)


def unkeyed(request: HttpRequest) -> HttpResponse:
    """Say that a form came without its number."""
    text = gettext("提交的表单缺少防重复编号，没有办理。")
    return said(request, HTTPStatus.BAD_REQUEST, gettext("表单不完整"), text, gettext("请重新打开该页面再提交。"))


def repeated(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Give the first answer again and say so."""
    if not answer.same:
        text = gettext("同一编号的表单已经提交过，内容与这次不同。为免重复办理，这次没有办理。")
        remedy = gettext("请重新打开该页面，核对先前的结果后再提交。")
        return said(request, HTTPStatus.CONFLICT, gettext("表单已提交过"), text, remedy)
    notice = gettext("这份表单已经提交过，只办理了一次；以下是当时的结果。")
    response = answer.response
    response["Hengping-Repeated"] = "yes"
    if response.headers.get("Location"):
        messages.info(request, notice)
    else:
        block = f'<p class="notice" role="status">{notice}</p>'.encode()
        response.content = response.content.replace(NOTICES, block, 1)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        text = gettext("提交的内容太多，没有保存。")
        remedy = gettext("请缩短文字，或把材料作为附件分次上传。")
        return said(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, gettext("内容过大"), text, remedy)
    if isinstance(exception, MultiPartParserError):
        log.info("multipart body could not be read")
    text = gettext("服务器看不懂这次请求，没有办理。")
    return said(request, HTTPStatus.BAD_REQUEST, gettext("请求有误"), text, gettext("请返回上一页重新操作。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may not open a page; whether there is anything behind it is not said."""
    text = str(exception) if exception and str(exception) else gettext("您的角色不能打开此页。")
    remedy = gettext("如确需办理，请联系本单位系统管理员调整角色。")
    return said(request, HTTPStatus.FORBIDDEN, gettext("没有权限"), text, remedy)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from one of our pages."""
    log.info("form refused: %s", reason)
    text = gettext("无法确认这份表单来自本站页面，没有办理。")
    remedy = gettext("请允许本站使用 Cookie，重新打开该页面再提交。")
    return said(request, HTTPStatus.FORBIDDEN, gettext("表单未通过来源核对"), text, remedy)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer an address with nothing behind it."""
    text = gettext("没有这个页面，或您看不到它。")
    return said(request, HTTPStatus.NOT_FOUND, gettext("页面不存在"), text, gettext("请核对网址，或从首页进入。"))


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer when the program itself failed; ask neither session nor database, which may be the cause."""
    text = gettext("程序出错，这次操作没有保存，此前的内容没有改动。")
    remedy = gettext("请稍后重试；仍不成功，请告知系统管理员发生的时间。")
    return said(None, HTTPStatus.INTERNAL_SERVER_ERROR, gettext("系统出错"), text, remedy)
