"""The site for a WSGI server: ``hengping_web.wsgi:application``."""

from __future__ import annotations

import os
import signal
from multiprocessing import parent_process

from django.core.wsgi import get_wsgi_application

if parent_process() is not None:
    # Ctrl-C reaches every process of a terminal; a worker told to end twice may never end, so only its server tells it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengping_web.settings")
application = get_wsgi_application()
