"""``hengping demo``: the main job on the data that ships with the repository, a summary of it, and its results served."""

from __future__ import annotations

import argparse
import contextlib
import html
import io
import json
import runpy
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hengping.errors import Unavailable

REPOSITORY = Path(__file__).resolve().parents[3]
PORTS = range(8000, 8100)
ADDRESS = "127.0.0.1"
AUDIT_FORMATS = {"table": "txt", "json": "json", "html": "html"}


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
            return f"./run hengping audit {self.source}"
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
    parser.epilog = "示例：hengping demo --no-serve"


def run(arguments: argparse.Namespace) -> int:
    """Do the job, print the summary, and serve the results until stopped."""
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
            _serve(Path("out").resolve())
    return 0


def _work() -> Iterator[str]:
    """Do the three parts one after another and yield the lines of the summary."""
    audit = _step("核对已公布的报告", _audit_report)
    if not Path(INVENTED.source, "datapackage.json").is_file():
        _step("生成虚构单位的数据（仅第一次）", _generate)
    published = _step("计算公布数字的年度", partial(_year, PUBLISHED))
    invented = _step("计算虚构单位的年度", partial(_year, INVENTED))
    yield from _part(REPORT, _audit_lines(audit))
    yield from _part(PUBLISHED, _year_lines(published))
    yield from _part(INVENTED, _year_lines(invented))


def _step(title: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Say what is being done and how long it took, apart from the summary."""
    print(f"▸ {title} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    found = work()
    print(f"  {time.perf_counter() - began:.1f} 秒", file=sys.stderr, flush=True)
    return found


def _audit_report() -> dict[str, Any]:
    from hengping_io.outputs import complete_or_nothing

    shown = {name: _run_command("audit", REPORT.source, "--format", name) for name in AUDIT_FORMATS}
    with complete_or_nothing(Path(REPORT.results)) as outputs:
        for name, ending in AUDIT_FORMATS.items():
            outputs.write(f"audit.{ending}", shown[name])
    found: dict[str, Any] = json.loads(shown["json"])
    return found


def _year(job: Job) -> dict[str, Any]:
    _run_command("year", job.source, "--out", job.results)
    found: dict[str, Any] = json.loads(Path(job.results, "result.json").read_text(encoding="utf-8"))
    return found


def _generate() -> dict[str, Any]:
    script = Path("demo/generate_model_year.py")
    before = sys.argv, list(sys.path)
    sys.argv, sys.path[:0] = [str(script)], [str(script.parent)]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            raise
    finally:
        sys.argv, sys.path[:] = before
    return {}


def _run_command(*words: str) -> str:
    """Run one of our own commands and return what it prints; a refusal goes on to whoever asked for the job."""
    from importlib import import_module

    from hengping_io.cli import COMMANDS

    module = import_module(COMMANDS[words[0]][0])
    parser = argparse.ArgumentParser(prog=f"hengping {words[0]}")
    module.add_arguments(parser)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        module.run(parser.parse_args(words[1:]))
    return printed.getvalue()


def _part(job: Job, lines: Sequence[str]) -> Iterator[str]:
    yield f"\n{job.title}　{job.command}"
    yield from (f"  {line}" for line in lines)
    yield f"  结果：{Path(job.results).resolve()}"


def _audit_lines(audit: dict[str, Any]) -> list[str]:
    return [str(audit)[:200]]


def _year_lines(result: dict[str, Any]) -> list[str]:
    return [str(result)[:200]]


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
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            link = html.escape(path.relative_to(out).as_posix())
            parts.append(f'<li><a href="{link}">{html.escape(path.relative_to(folder).as_posix())}</a></li>')
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


def _serve(folder: Path) -> None:
    """Serve the results on this machine alone, on the first free port, until stopped."""
    handler = partial(_QuietHandler, directory=str(folder))
    for port in PORTS:
        try:
            server = ThreadingHTTPServer((ADDRESS, port), handler)
        except OSError:
            continue
        break
    else:
        raise Unavailable("本机网页", f"{PORTS.start}–{PORTS.stop - 1} 端口都被占用", "请关闭其中一个程序后重试。")
    print(f"\n请在浏览器打开 http://{ADDRESS}:{port}/ （按 Ctrl-C 停止）", flush=True)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    print("\n已停止。")
