"""The ``hengping`` program: finds the command, runs it, turns refusals into messages and exit codes.

A command is a module of ``hengping_io.commands`` with ``add_arguments(parser)`` and ``run(arguments) -> int``; it is
imported only when it is asked for, so that ``hengping audit`` never waits for an analytics engine.

Exit codes: 0 done, nothing to answer · 1 findings or differences · 2 unreadable, refused or wrong usage ·
3 a defect of the program itself · 130 stopped by the user.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from hengping.errors import HengpingError

COMMANDS: dict[str, tuple[str, str]] = {
    "audit": ("hengping_io.commands.audit", "核对已写成的报告，指出每一处对不上的数字"),
    "explain": ("hengping_io.commands.explain", "说明一个核对项：查什么、依据哪一条、不针对什么"),
    "year": ("hengping_io.commands.year", "由年度数据包计算绩效并生成自评报告、表格与核对结果"),
    "facts": ("hengping_io.commands.facts", "由信访事项与办理记录判定事实行，任意规模，可续作"),
    "counts": ("hengping_io.commands.counts", "在统计引擎上计算事实行或账目的全部指标"),
    "generate": ("hengping_io.commands.generate", "生成任意规模的虚构数据，供试用与测量"),
    "clock": ("hengping_io.commands.clock", "计算一个法定期限，并逐日说明"),
    "petition": ("hengping_io.commands.petition", "重放一件信访事项的办理记录"),
    "demo": ("hengping_io.commands.demo", "运行主要任务：核对一份报告，计算两个年度，展示结果"),
    "verify": ("hengping_io.commands.verify", "核验公开数据包：不联网，重算每一个公布的数字和得分"),
    "verify-log": ("hengping_io.commands.verify_log", "独立核验导出的日志：任何一个字节被改动都会发现"),
    "rulebook": ("hengping_io.commands.rulebook", "列出规则及其依据"),
}
"""Command name → module and one line of help."""

FAULT = 3
REFUSED = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="hengping",
        description="衡评：部门整体支出绩效的办理、账目、评价与核对。",
        epilog="示例：hengping audit 自评报告.docx",
    )
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True)
    asked = next((word for word in words if word in COMMANDS), None)
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == asked:
            import_module(module).add_arguments(command)
    arguments = parser.parse_args(words)
    return _run(import_module(COMMANDS[arguments.command][0]).run, arguments)


def _run(command: object, arguments: argparse.Namespace) -> int:
    assert callable(command)
    try:
        return int(command(arguments))
    except HengpingError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
        return 0
    except KeyboardInterrupt:
        print("已按要求停止。", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("HENGPING_TRACE"):
            raise
        print(
            f"程序自身出错（{type(error).__name__}: {error}）。您的文件没有被改动；"
            "请设置环境变量 HENGPING_TRACE=1 重试，并把输出附在问题报告里。",
            file=sys.stderr,
        )
        return FAULT


if __name__ == "__main__":
    sys.exit(main())
