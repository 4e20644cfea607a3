"""``python -m hengping_web``: Django's own commands, and ``serve``, which prepares the database and starts the site."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from django.core.management import call_command, execute_from_command_line

ADDRESS = "127.0.0.1:8000"


def main(words: Sequence[str]) -> None:
    """Run one management command; without any, serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengping_web.settings")
    if words and words[0] != "serve":
        execute_from_command_line(["hengping_web", *words])
        return
    import django

    django.setup()
    os.environ.setdefault("DJANGO_RUNSERVER_HIDE_WARNING", "true")
    call_command("migrate", verbosity=0)
    address = words[1] if len(words) > 1 else ADDRESS
    print(f"衡评已启动：http://{address}/ （按 Ctrl-C 停止）", flush=True)
    call_command("runserver", address, "--noreload", "--insecure", "--skip-checks", verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
