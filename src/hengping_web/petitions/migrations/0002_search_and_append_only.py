from django.db import migrations

from hengping_web.base import append_only
from hengping_web.petitions import search

TABLES = ("petitions_event", "petitions_duechange")


def prepare(_apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in search.CREATE[vendor]:
        schema_editor.execute(statement)
    for table in TABLES:
        append_only.protect(vendor, table, schema_editor)


def undo(_apps, schema_editor):
    for table in TABLES:
        append_only.release(schema_editor.connection.vendor, table, schema_editor)
    schema_editor.execute(search.DROP)


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial")]
    operations = [migrations.RunPython(prepare, undo)]
