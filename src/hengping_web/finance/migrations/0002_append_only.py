from django.db import migrations

from hengping_web.base import append_only

TABLES = ("finance_deadline", "finance_samplelist", "finance_drawing", "finance_sampleddepartment")


def protect(_apps, schema_editor):
    for table in TABLES:
        append_only.protect(schema_editor.connection.vendor, table, schema_editor)


def release(_apps, schema_editor):
    for table in TABLES:
        append_only.release(schema_editor.connection.vendor, table, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
