from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_job_result'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='名称')),
                ('at', models.DateTimeField(verbose_name='时间')),
            ],
            options={
                'verbose_name': '运行标记',
                'verbose_name_plural': '运行标记',
            },
        ),
    ]
