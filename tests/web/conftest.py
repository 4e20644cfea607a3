"""The site under test keeps its data in a folder of its own, thrown away afterwards."""

from __future__ import annotations

import os
import tempfile

import django

os.environ["HENGPING_DATA"] = tempfile.mkdtemp(prefix="hengping-test-")
os.environ["HENGPING_SECRET_KEY"] = "only-for-tests"
os.environ["DJANGO_SETTINGS_MODULE"] = "hengping_web.settings"
django.setup()
