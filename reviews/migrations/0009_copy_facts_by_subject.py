from django.db import migrations

REPORTS = (
    "reports_in_use, life_in_use, has_current_term, life_told, meetings_met, minimum_met, life_shortfalls, "
    "report_due, report_submitted, report_on_time, report_approved, is_in_name_only"
)
CHECKS = (
    "was_checked, findings_recent, findings_repeated, findings_open, findings_overdue, "
    "rectifications_due, rectifications_in_time"
)
KEY = "snapshot_id, association_id"


class Migration(migrations.Migration):
    """Frozen snapshots keep what they say: their rows are copied, and back again."""

    dependencies = [
        ("reviews", "0008_facts_by_subject"),
    ]

    operations = [
        migrations.RunSQL(
            f"INSERT INTO reviews_storedreportfact ({KEY}, {REPORTS}) SELECT {KEY}, {REPORTS} FROM reviews_storedreview",  # noqa: S608 -- names written above
            "DELETE FROM reviews_storedreportfact",
        ),
        migrations.RunSQL(
            f"INSERT INTO reviews_storedcheckfact ({KEY}, {CHECKS}) SELECT {KEY}, {CHECKS} FROM reviews_storedreview",  # noqa: S608 -- names written above
            f"INSERT INTO reviews_storedreview ({KEY}, {REPORTS}, {CHECKS}) "  # noqa: S608 -- names written above
            f"SELECT r.snapshot_id, r.association_id, {REPORTS}, {CHECKS} FROM reviews_storedreportfact r "
            "JOIN reviews_storedcheckfact c ON c.snapshot_id = r.snapshot_id AND c.association_id = r.association_id",
        ),
    ]
