"""``python -m hengping_web``: Django's own commands, ``serve``, ``demo`` with the model year, and ``site`` for real use."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from hengping_web import demonstration, installation, serving


def main(words: Sequence[str]) -> None:
    """Run one command; without any, serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengping_web.settings")
    first, rest = (words[0], words[1:]) if words else ("serve", [])
    try:
        match first:
            case "serve":
                _serve(rest)
            case "demo":
                demonstration.main(rest)
            case "site":
                installation.main(rest)
            case _:
                execute_from_command_line(["hengping_web", *words])
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        sys.exit(130)


def _serve(words: Sequence[str]) -> None:
    """Serve as the environment says: ``serve [ADDRESS:PORT] [--no-worker]``."""
    given = next((word for word in words if not word.startswith("-")), "")
    door = serving.door_at(given) if given else serving.Door()
    serving.prepare()
    print(f"衡评已启动：{door.address} （按 Ctrl-C 停止）", flush=True)
    serving.serve(door, with_worker="--no-worker" not in words)


if __name__ == "__main__":
    main(sys.argv[1:])
