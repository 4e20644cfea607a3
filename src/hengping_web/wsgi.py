"""The site for a WSGI server: ``hengping_web.wsgi:application``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengping_web.settings")
application = get_wsgi_application()
