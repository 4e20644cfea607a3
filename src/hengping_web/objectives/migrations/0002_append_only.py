from django.db import migrations

from hengping_web.base import append_only

TABLES = (
    "objectives_adjustment",
    "objectives_planrow",
    "objectives_planmove",
    "objectives_plandue",
    "objectives_objectiveresult",
)


def protect(_apps, schema_editor):
    for table in TABLES:
        append_only.protect(schema_editor.connection.vendor, table, schema_editor)


def release(_apps, schema_editor):
    for table in TABLES:
        append_only.release(schema_editor.connection.vendor, table, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("objectives", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
