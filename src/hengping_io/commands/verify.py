"""``hengping verify``: recompute every published figure and score of a package, offline, and say which do not follow."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengping.errors import Unreadable

if TYPE_CHECKING:
    from hengping_io.publication_verify import Fault, Verification

SHOWN = 30

EPILOG = """\
退出状态：
  0  数据包完整，每一个公布的数字和得分都能由所附数据重算得到
  1  有数字、得分或文件不能由所附数据得出，或者签名不对
  2  文件打不开，或者不是衡评的公开数据包

数据包可以是 ZIP，也可以是解压后的文件夹。公钥从公布数据包的网页取得，另行保管；不给公钥时，
程序显示数据包所附公钥的指纹，请与网页上的指纹比对。

示例：
  hengping verify published-2024.zip --key 公钥.pem
  hengping verify published-2024.zip --files 下载的文件夹    同时核对下载的报告和表格
  hengping verify published-2024.zip --year 年度数据包       持有原始年度数据包的，按事项重新计数
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("package", type=Path, metavar="数据包", help="公开数据包：ZIP 或者解压后的文件夹")
    parser.add_argument("--key", type=Path, metavar="公钥", help="公布单位的公钥文件（PEM、base64 或十六进制）")
    parser.add_argument("--files", type=Path, metavar="文件夹", help="一并核对这个文件夹里下载的报告和表格")
    parser.add_argument("--year", type=Path, metavar="年度数据包", help="由原始年度数据包重新计数，与公布的表比对")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式（默认 text）")


def run(arguments: argparse.Namespace) -> int:
    """Verify the package: 0 everything follows, 1 something does not, 2 unreadable."""
    from dataclasses import replace

    from hengping_io.publication_open import open_package
    from hengping_io.publication_verify import verify

    key = _key(arguments.key) if arguments.key else None
    files = open_package(arguments.package)
    found = verify(arguments.package.name, files, key)
    more = [*_beside(files, arguments.files), *_recounted(files, arguments.year)]
    found = replace(found, faults=(*found.faults, *more))
    print(_as_json(found) if arguments.format == "json" else "\n".join(_lines(found)))
    return 0 if found.holds else 1


def _key(path: Path) -> bytes:
    from hengping_io.signatures import public_key_of
    from hengping_io.system_errors import reason_of

    try:
        key = public_key_of(path.read_text(encoding="ascii"))
    except OSError as error:
        raise Unreadable(str(path), f"读不了：{reason_of(error)}", "请检查路径与权限。") from error
    except UnicodeDecodeError:
        key = None
    if key is None:
        raise Unreadable(str(path), "不是 Ed25519 公钥", "请给出公布网页上的公钥文件。")
    return key


def _beside(files: Mapping[str, bytes], folder: Path | None) -> Iterator[Fault]:
    if folder is not None:
        from hengping_io.publication_downloads import compare

        yield from compare(files, folder)


def _recounted(files: Mapping[str, bytes], folder: Path | None) -> Iterator[Fault]:
    if folder is not None:
        from hengping_io.publication_downloads import recount

        yield from recount(files, folder)


def _as_json(found: Verification) -> str:
    data: dict[str, Any] = {
        "package": dict(found.about),
        "follows": found.holds,
        "signature": {
            "state": found.signed.value,
            "message": found.signed.label,
            "fingerprint": found.fingerprint,
            "compared_with_key": found.compared_with_key,
        },
        "rules_differ": list(found.rules_differ),
        "checked": dict(found.checked),
        "faults": [_fault_data(fault) for fault in found.faults],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)


def _fault_data(fault: Fault) -> dict[str, Any]:
    data = asdict(fault)
    del data["depth"]
    return {**data, "kind": fault.kind.value}


def _lines(found: Verification) -> Iterator[str]:
    yield f"衡评公开数据包　{found.about.get('title', '')}"
    if found.about.get("reason"):
        yield f"更正　{found.about['reason']}"
    yield f"签名　{_signature(found)}"
    yield f"规则　{_rules(found)}"
    if found.checked:
        names = {"figures": "报告数字", "scores": "得分", "indicators": "指标", "page": "公开网页的数字"}
        yield "重算　" + "，".join(f"{names[name]} {count} 项" for name, count in found.checked.items())
    else:
        yield "重算　数据表有问题，没有重算"
    if found.holds:
        yield "结论　每一个公布的数字和得分都能由所附数据得出"
        return
    yield f"结论　有 {len(found.faults)} 处不能由所附数据得出，或者文件被改动"
    for place, fault in enumerate(found.faults[:SHOWN], 1):
        yield from _fault_lines(place, fault)
    if len(found.faults) > SHOWN:
        yield f"……另有 {len(found.faults) - SHOWN} 处，--format json 全部列出"


def _signature(found: Verification) -> str:
    told = found.signed.label
    if found.fingerprint and not found.compared_with_key:
        return f"{told}；公钥指纹 {found.fingerprint}，请与公布网页上的指纹比对"
    return told


def _rules(found: Verification) -> str:
    made = found.about.get("hengping") or "未注明版本"
    if not found.rules_differ:
        return f"与本机的规则和程序相同（衡评 {made}）"
    shown = "、".join(found.rules_differ[:6]) + (" 等" if len(found.rules_differ) > 6 else "")
    return f"数据包按衡评 {made} 制作，与本机有 {len(found.rules_differ)} 个文件不同：{shown}；以下按本机的规则重算"


def _fault_lines(place: int, fault: Fault) -> Iterator[str]:
    compared = f"公布 {fault.printed}，重算 {fault.recomputed}" if fault.printed or fault.recomputed else ""
    told = "　".join(part for part in (fault.message, compared) if part)
    yield f"{place:>3} 〔{fault.kind.label}〕{fault.title}　{told}"
    if fault.name != fault.title:
        yield f"      名称　{fault.name}"
    if fault.working:
        yield f"      算式　{fault.working}"
    if fault.operands:
        yield f"      数据　{'；'.join(fault.operands)}"
    if fault.where:
        more = f" 等 {len(fault.where)} 处" if len(fault.where) > 3 else ""
        yield f"      公布于　{'；'.join(fault.where[:3])}{more}"
