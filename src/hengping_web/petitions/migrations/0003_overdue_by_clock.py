from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("petitions", "0002_search_and_append_only")]
    operations = [
        migrations.AddIndex(
            model_name="involvement",
            index=models.Index(fields=["due_on", "id"], condition=~models.Q(desk=""), name="desks_by_clock"),
        ),
    ]
