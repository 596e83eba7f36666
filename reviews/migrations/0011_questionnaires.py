import django.db.models.deletion
from django.db import migrations, models

CONSTRAINTS = (
    models.UniqueConstraint(fields=("questionnaire", "number"), name="template_version_once"),
    models.UniqueConstraint(
        condition=models.Q(("status", "draft")),
        fields=("questionnaire",),
        name="template_one_draft",
        violation_error_message="该模板已有一份草稿。",
    ),
    models.UniqueConstraint(
        condition=models.Q(("status", "published")),
        fields=("questionnaire",),
        name="template_one_published",
        violation_error_message="该模板已有一个在用的版本。",
    ),
)


class Migration(migrations.Migration):
    """A new name for the models and a field; tables, columns and triggers stay as they are."""

    dependencies = [
        ("reviews", "0010_one_table_a_subject"),
    ]

    operations = [
        migrations.AlterModelTable(name="template", table="reviews_template"),
        migrations.AlterModelTable(name="templateversion", table="reviews_templateversion"),
        migrations.RenameModel(old_name="Template", new_name="Questionnaire"),
        migrations.RenameModel(old_name="TemplateVersion", new_name="QuestionnaireVersion"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(migrations.RemoveConstraint("questionnaireversion", each.name) for each in CONSTRAINTS),
                migrations.RenameField("questionnaireversion", "template", "questionnaire"),
                migrations.AlterField(
                    "questionnaireversion",
                    "questionnaire",
                    models.ForeignKey(
                        db_column="template_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="reviews.questionnaire",
                        verbose_name="模板",
                    ),
                ),
                *(migrations.AddConstraint("questionnaireversion", each) for each in CONSTRAINTS),
                migrations.AlterModelOptions(
                    "questionnaireversion",
                    {
                        "ordering": ("questionnaire", "-number"),
                        "verbose_name": "模板版本",
                        "verbose_name_plural": "模板版本",
                    },
                ),
            ],
        ),
    ]
