import os

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name=f"T{n:02}",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.TextField()),
                ("qty", models.IntegerField()),
                ("note", models.TextField(null=True)),
            ],
        )
        for n in range(1, int(os.environ["BENCH_TABLES"]) + 1)
    ]
