"""``hengping demo``: the main job on the data that ships with the repository, a summary of it, its results and the site."""

from __future__ import annotations

import argparse
import contextlib
import html
import io
import json
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hengping.errors import Unavailable
from hengping_io.cli import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[3]
ELSEWHERE = ("写出", "用时", "核对　数字", "核对　事项", "核对　资料不足")
"""Lines of a year's own summary that its pages say better, or that the demonstration says itself."""

SHOWN_FINDINGS = 5
WIDEST = 60
PORTS = range(8100, 8200)
ADDRESS = "127.0.0.1"
AUTHORITY = "430400"
"""The outline and the words of the city that published the report (administrative division code)."""

AUDIT_FORMATS = {"text": "txt", "json": "json", "html": "html"}


@dataclass(frozen=True, slots=True)
class Job:
    """One part of the main job: what it is, the command a person would type for it, and where its results go."""

    title: str
    source: str
    results: str

    @property
    def command(self) -> str:
        """Return the command line."""
        if self.source.endswith(".txt"):
            return f"./run hengping audit {self.source} --authority {AUTHORITY}"
        return f"./run hengping year {self.source} --out {self.results}"


REPORT = Job("一份已公布的报告", "demo/hengyang-2024/published-report.txt", "out/published-report")
PUBLISHED = Job("同一单位，只用公布的数字", "demo/hengyang-2024", "out/hengyang-2024")
INVENTED = Job("虚构的示例单位，数据齐全", "demo/model-year", "out/model-year")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--no-serve", action="store_true", help="打印汇总后结束，不启动网页")
    parser.add_argument(
        "--data", type=Path, default=REPOSITORY, metavar="文件夹", help="含 demo 的文件夹（默认为本仓库）"
    )
    parser.add_argument("--most", type=int, metavar="件数", help="网站里装入多少件示例信访事项，0 为全部（默认 1500）")
    parser.epilog = "示例：hengping demo --no-serve"


def run(arguments: argparse.Namespace) -> int:
    """Do the job, print the summary, then serve the results and the site until stopped."""
    root: Path = arguments.data
    if not (root / REPORT.source).is_file():
        raise Unavailable(
            "演示数据", f"{root} 下没有 {REPORT.source}", "请在衡评的仓库里执行，或用 --data 指明其位置。"
        )
    with contextlib.chdir(root):
        summary = list(_work())
        print("\n".join(summary))
        _write_index(Path("out"))
        print(f"\n全部结果：{Path('out').resolve() / 'index.html'}")
        if not arguments.no_serve:
            _serve(Path.cwd(), arguments.most)
    return 0


def _work() -> Iterator[str]:
    """Do the three parts one after another and yield the lines of the summary."""
    audit = _step("核对已公布的报告", _audit_report)
    if not Path(INVENTED.source, "datapackage.json").is_file():
        _step("生成虚构单位的数据（仅第一次）", _generate)
    published = _step("计算公布数字的年度", partial(_year, PUBLISHED))
    invented = _step("计算虚构单位的年度", partial(_year, INVENTED))
    for job, lines in ((REPORT, audit), (PUBLISHED, published), (INVENTED, invented)):
        yield f"\n{job.title}　{job.command}"
        yield from (f"  {line}" for line in lines)
        yield f"  结果　{Path(job.results).resolve()}"


def _step(title: str, work: Callable[[], list[str]]) -> list[str]:
    """Say what is being done and how long it took, apart from the summary."""
    print(f"▸ {title} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    lines = work()
    print(f"  {time.perf_counter() - began:.1f} 秒", file=sys.stderr, flush=True)
    return lines


def _audit_report() -> list[str]:
    """Write the audit in every form and return what it came to, the heaviest findings first."""
    from hengping_io.outputs import complete_or_nothing

    words = ("audit", REPORT.source, "--authority", AUTHORITY, "--format")
    shown = {name: _run_command(*words, name) for name in AUDIT_FORMATS}
    with complete_or_nothing(Path(REPORT.results)) as outputs:
        for name, ending in AUDIT_FORMATS.items():
            outputs.write(f"audit.{ending}", shown[name])
    return list(_audit_lines(json.loads(shown["json"])))


def _audit_lines(audit: dict[str, Any]) -> Iterator[str]:
    from hengping.audit.model import Verdict

    statements = audit["coverage"]["statements"]
    yield f"数字　读出 {statements['read']} 个，参与核对 {statements['judged']} 个"
    claims = audit["coverage"]["claims"]
    yield "陈述　" + "，".join(f"{Verdict(verdict).label} {count}" for verdict, count in claims.items())
    yield f"须答复　{audit['coverage']['to_answer']} 处，其中："
    for finding in audit["findings"][:SHOWN_FINDINGS]:
        yield f"  {finding['check']}　第{finding['spans'][0]['line']}行　{_clipped(finding['message'])}"


def _clipped(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _year(job: Job) -> list[str]:
    """Compute a year and return its own summary without what the demonstration says itself."""
    shown = _run_command("year", job.source, "--out", job.results)
    return [line for line in shown.splitlines() if not line.startswith(ELSEWHERE)]


def _generate() -> list[str]:
    script = Path("demo/generate_model_year.py")
    before = sys.argv, list(sys.path)
    sys.argv, sys.path[:0] = [str(script)], [str(script.parent.resolve())]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(script), run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            raise
    finally:
        sys.argv, sys.path[:] = before
    return []


def _run_command(*words: str) -> str:
    """Run one of our own commands and return what it prints; a refusal goes on to whoever asked for the job."""
    module = import_module(COMMANDS[words[0]][0])
    parser = argparse.ArgumentParser(prog=f"hengping {words[0]}")
    module.add_arguments(parser)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        module.run(parser.parse_args(words[1:]))
    return printed.getvalue()


TITLES = {
    "report.html": "自评报告（网页，点数字看算式）",
    "report.docx": "自评报告（Word）",
    "report.pdf": "自评报告（PDF）",
    "audit.html": "核对结果（网页，在原文上标出）",
    "base-data.xlsx": "基础数据表",
    "department-self-evaluation.xlsx": "部门整体支出绩效自评表",
    "project-self-evaluation.xlsx": "项目支出绩效自评表",
    "result.json": "计算结果（供程序使用）",
    "audit.json": "核对结果（供程序使用）",
    "audit.txt": "核对结果（文字）",
}
"""What the files are called on the page, in the order they are listed; any other keeps its own name and comes last."""


def _write_index(out: Path) -> None:
    """Write the page that links every result."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        "<title>衡评 · 结果</title>",
        STYLE,
    ]
    parts += ["</head>", "<body>", "<h1>衡评 · 结果</h1>"]
    for job in (REPORT, PUBLISHED, INVENTED):
        folder = Path(job.results)
        parts += [f"<h2>{html.escape(job.title)}</h2>", f"<p><code>{html.escape(job.command)}</code></p>", "<ul>"]
        known = list(TITLES)
        for path in sorted(
            folder.iterdir(), key=lambda path: (path.name not in TITLES, [*known, path.name].index(path.name))
        ):
            link = html.escape(path.relative_to(out).as_posix())
            parts.append(f'<li><a href="{link}">{html.escape(TITLES.get(path.name, path.name))}</a></li>')
        parts.append("</ul>")
    (out / "index.html").write_text("\n".join([*parts, "</body>", "</html>", ""]), encoding="utf-8")


STYLE = """<style>
body { font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; max-width: 50rem; margin: 2rem auto; }
a { color: #0b5c5c; } li { padding: .35rem 0; }
</style>"""


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing about it."""

    extensions_map = {  # noqa: RUF012 - the base class's own shape
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Write nothing."""


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve the results on this machine alone, on the first free port, for as long as the block runs."""
    handler = partial(_QuietHandler, directory=str(folder))
    for port in PORTS:
        try:
            server = ThreadingHTTPServer((ADDRESS, port), handler)
        except OSError:
            continue
        break
    else:
        raise Unavailable("本机网页", f"{PORTS.start}–{PORTS.stop - 1} 端口都被占用", "请关闭其中一个程序后重试。")
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{ADDRESS}:{port}/"
        server.shutdown()


def _serve(root: Path, most: int | None) -> None:
    """Serve the results, and start the site that links them, until stopped; without the site's libraries, only the results."""
    with _served((root / "out").resolve()) as results:
        if find_spec("django") is None:
            print(f"\n请在浏览器打开 {results} （按 Ctrl-C 停止；未装网站所需的库，只有结果页面）", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
            print("\n已停止。")
        else:
            _run_site(root, results, most)


def _run_site(root: Path, results: str, most: int | None) -> None:
    """Run the site as a program of its own, because this package knows nothing of it; Ctrl-C reaches both."""
    words = [sys.executable, "-m", "hengping_web", "demo", "--results", results]
    words += ["--folder", str(root / "var" / "demo"), "--year", str(root / INVENTED.source / "data")]
    words += ["--most", str(most)] if most is not None else []
    site = subprocess.Popen(words)  # noqa: S603  our own program
    before = signal.signal(signal.SIGTERM, lambda *_: site.terminate())
    try:
        while site.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):
                site.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
    if site.returncode not in (0, -signal.SIGINT, -signal.SIGTERM, 130):
        raise Unavailable("网站", f"没有启动（{site.returncode}）", "原因见上；只看结果可用 ./run demo --no-serve。")
