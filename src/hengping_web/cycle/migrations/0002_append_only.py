from django.db import migrations

from hengping_web.base import append_only


def protect(_apps, schema_editor):
    append_only.protect(schema_editor.connection.vendor, "cycle_yearrow", schema_editor)


def release(_apps, schema_editor):
    append_only.release(schema_editor.connection.vendor, "cycle_yearrow", schema_editor)


class Migration(migrations.Migration):
    dependencies = [("cycle", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
