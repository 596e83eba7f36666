from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0009_copy_facts_by_subject"),
    ]

    operations = [
        migrations.DeleteModel(
            name="StoredReview",
        ),
    ]
