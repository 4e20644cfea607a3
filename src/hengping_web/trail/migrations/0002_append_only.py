from django.db import migrations

from hengping_web.base import append_only

TABLES = (("trail_logentry", "sequence"), ("trail_anchor", "id"))


def protect(_apps, schema_editor):
    for table, key in TABLES:
        append_only.protect(schema_editor.connection.vendor, table, schema_editor, key)


def release(_apps, schema_editor):
    for table, _ in TABLES:
        append_only.release(schema_editor.connection.vendor, table, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
