import pytest
from django.core.management import call_command

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.models import AuditEntry
from tests import recipes


@pytest.fixture
def entries(db: None) -> list[AuditEntry]:
    committee = recipes.committee.make()
    return [audit.record(None, AuditAction.CHANGE, committee, after={"name": str(number)}) for number in range(3)]


def test_verify_audit_is_content_with_a_whole_chain(
    entries: list[AuditEntry], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out == "操作记录完整，共 3 条。\n"


def test_verify_audit_names_the_first_entry_that_was_changed(
    entries: list[AuditEntry], capsys: pytest.CaptureFixture[str]
) -> None:
    AuditEntry.objects.filter(pk=entries[1].pk).update(actor_name="别人")
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit")
    assert (end.value.code, capsys.readouterr().err) == (1, f"第 {entries[1].pk} 条操作记录的内容被改动过。\n")


@pytest.mark.parametrize("gone", (0, 1, 2))
def test_verify_audit_sees_a_deleted_entry(entries: list[AuditEntry], gone: int) -> None:
    AuditEntry.objects.filter(pk=entries[gone].pk).delete()
    with pytest.raises(SystemExit):
        call_command("verify_audit")
