from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_snapshots'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='parked',
            field=models.BooleanField(db_default=False, default=False, verbose_name='因故障停止'),
        ),
        migrations.AddField(
            model_name='job',
            name='result',
            field=models.JSONField(blank=True, null=True, verbose_name='结果'),
        ),
    ]
