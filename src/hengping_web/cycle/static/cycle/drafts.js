// Seasoning: what was typed into a form survives a lost connection, and is sent again under the same key, so that an
// act that did arrive is not done twice. Nothing leaves this window: it is kept until the window is closed.
"use strict";

(() => {
  const place = (form) => `draft:${form.getAttribute("action") || location.pathname}`;
  const fields = (form) =>
    [...form.elements].filter((field) => field.name && field.type !== "file" && field.name !== "csrfmiddlewaretoken");

  const keep = (form) => {
    const values = {};
    for (const field of fields(form)) {
      if (field.type === "checkbox") (values[field.name] ??= []).push(...(field.checked ? [field.value] : []));
      else if (field.type !== "submit") values[field.name] = field.value;
    }
    sessionStorage.setItem(place(form), JSON.stringify({ sent: false, values }));
  };

  const say = (form, text) => {
    let notice = form.querySelector("[data-said]");
    if (!notice) {
      notice = document.createElement("p");
      notice.className = "notice warning";
      notice.dataset.said = "";
      notice.setAttribute("role", "status");
      form.prepend(notice);
    }
    notice.textContent = text;
  };

  const english = document.documentElement.lang === "en";
  const RESTORED = english ? "What you typed before the connection was lost is back." : "已恢复断线之前您写的内容，请核对后提交。";
  const OFFLINE = english
    ? "No connection. What you typed stays here; send it when you are back online."
    : "网络已断开，没有提交。内容保留在本页，网络恢复后再提交一次即可，不会重复办理。";

  const restore = (form, draft) => {
    for (const field of fields(form)) {
      const kept = draft.values[field.name];
      if (kept === undefined) continue;
      if (field.type === "checkbox") field.checked = kept.includes(field.value);
      else if (field.type !== "submit") field.value = kept;
    }
    const panel = form.closest("details");
    if (panel) panel.open = true;
    say(form, RESTORED);
  };

  // A page that was navigated to after a form was sent is the answer to it; a page gone back to is not.
  const way = performance.getEntriesByType("navigation")[0]?.type;
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("draft:") && way === "navigate" && JSON.parse(sessionStorage.getItem(name)).sent) {
      sessionStorage.removeItem(name);
    }
  }
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const kept = sessionStorage.getItem(place(form));
    if (kept) restore(form, JSON.parse(kept));
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", (event) => {
      keep(form);
      const draft = JSON.parse(sessionStorage.getItem(place(form)));
      if (!navigator.onLine) {
        event.preventDefault();
        event.stopImmediatePropagation();
        say(form, OFFLINE);
        return;
      }
      draft.sent = true;
      sessionStorage.setItem(place(form), JSON.stringify(draft));
    });
  }
})();
