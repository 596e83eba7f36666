"""Every service asks for rights before it does anything else (style.md 26): whoever calls it, a page, a command or a task."""

from __future__ import annotations

import ast
import getpass
import inspect
import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.core.choices import Role
from portal.core.errors import NotAllowed, RuleViolation
from portal.core.models import AuditEntry, Grant, User
from portal.core.operator_account import operator_at_work
from tests import recipes
from tests.conftest import Side
from tests.flows.asked import TODAY, things_of
from tests.test_house import ROOT, modules, rooms

# Services that ask no verb, each with its reason.
ASK_NOBODY = {
    "portal.core.services.change_password": "the password is the actor's own, by what the function takes",
    "portal.core.notices.read_all_notices": "the notices are the actor's own, by what the function takes",
    "reviews.questionnaires.services.steps.keep_step": "the one line that the other services keep of what they did",
}
# What some may do with things of another subtree or of nobody: no reason to refuse.
MAY: dict[str, set[str]] = {
    "sysadmin": {"create_user", "reset_password", "disable_user", "enable_user"},
    "secadmin": {"grant_role", "revoke_role"},
    # Both ask for the role alone: a snapshot is nobody's, and each sheet of many is asked about by itself.
    "committee": {"freeze_snapshot", "approve_sheets"},
}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def service_files() -> list[Path]:
    return sorted({*rooms("services"), ROOT / "portal" / "core" / "notices.py"})


def address_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def services() -> dict[str, Callable[..., Any]]:
    """Return every public function with an actor, by its address."""
    found = {}
    for path in service_files():
        module = address_of(path)
        for name, function in inspect.getmembers(import_module(module), inspect.isfunction):
            is_own = function.__module__ == module and not name.startswith("_")
            if is_own and "actor" in inspect.signature(function).parameters:
                found[f"{module}.{name}"] = function
    return found


SERVICES = services()


def required(function: Callable[..., Any]) -> list[str]:
    """Return the names of the arguments that a call must give, but the actor."""
    parameters = inspect.signature(function).parameters.values()
    needed = [each for each in parameters if each.default is each.empty and each.kind is not each.VAR_KEYWORD]
    return [each.name for each in needed if each.name != "actor"]


def test_there_are_services_to_ask() -> None:
    assert len(SERVICES) > 140
    assert set(ASK_NOBODY) - set(SERVICES) == set()


@pytest.fixture
def stranger_of(own: Side, other: Side, province: Any) -> Callable[[str], User]:
    """Return somebody without any rights over the things of `own`."""
    scopes: dict[str, dict[str, Any]] = {
        "committee": {"committee": other.committee},
        "secretary": {"association_id": other.association.pk},
        "viewer": {"authority_id": own.authority.pk},
    }

    def make(kind: str) -> User:
        user: User = recipes.user.make(is_active=kind != "disabled")
        if kind == "disabled":
            Grant.objects.create(user=user, role=Role.PROVINCE, committee=province)
        elif kind != "nobody":
            Grant.objects.create(user=user, role=kind, **scopes.get(kind, {}))
        return User.objects.get(pk=user.pk)

    return make


def answer(function: Callable[..., Any], arguments: dict[str, Any]) -> str:
    """Call a service and return what it did; empty where it refused for want of rights and wrote nothing."""
    with CaptureQueriesContext(connection) as queries:
        try:
            with transaction.atomic():
                function(**arguments)
        except NotAllowed:
            written = [each["sql"] for each in queries.captured_queries if each["sql"].startswith(WRITES)]
            return f"wrote {written}" if written else ""
        except RuleViolation as refusal:
            return f"asked a rule first: {refusal.message}"
        except (AttributeError, TypeError, ValueError, LookupError) as fault:
            return f"looked at an argument first: {fault!r}"
    return "did it"


@pytest.mark.parametrize(
    "kind",
    ("nobody", "disabled", "committee", "secretary", "viewer", "inspector", "sysadmin", "secadmin", "auditor"),
)
def test_every_service_refuses_who_has_no_right_and_writes_nothing(
    own: Side, other: Side, stranger_of: Callable[[str], User], kind: str
) -> None:
    things, actor = things_of(own, other), stranger_of(kind)
    answers = {
        address: answer(function, things.arguments(address, required(function), actor))
        for address, function in SERVICES.items()
        if address not in ASK_NOBODY and address.rpartition(".")[2] not in MAY.get(kind, ())
    }
    assert {address: told for address, told in answers.items() if told} == {}


# --- what the source says ---


# Asks the verb of a sheet's cycle, then locks the sheet: what the services of answer sheets begin with.
ASKS_FIRST = "opened_sheet"


def called(node: ast.AST) -> set[str]:
    """Return the names of what is called: functions, and the verbs that a work cycle gave the machine."""
    functions = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    names = {each.id for each in functions if isinstance(each, ast.Name)}
    return names | {each.attr for each in functions if isinstance(each, ast.Attribute) and each.attr.startswith("can_")}


def handed_over(node: ast.AST) -> set[str]:
    """Return the verbs that are handed to the machine by name: `can_extend=can_extend`."""
    values = [each.value for each in ast.walk(node) if isinstance(each, ast.keyword)]
    return {each.id for each in values if isinstance(each, ast.Name) and each.id.startswith("can_")}


def functions_of(path: Path) -> dict[str, ast.FunctionDef]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def asks(name: str, own: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether a function asks a verb, itself or by a private function of its module that it begins with."""
    calls = called(own[name])
    helpers = {each for each in calls if each.startswith("_") and each in own} - seen
    return any(each.startswith("can_") or each == ASKS_FIRST for each in calls) or any(
        asks(each, own, seen | helpers) for each in helpers
    )


def test_every_service_with_an_actor_asks_a_verb_in_its_own_module() -> None:
    silent = [
        f"{address_of(path)}.{name}"
        for path in service_files()
        for name, node in functions_of(path).items()
        if any(each.arg == "actor" for each in node.args.kwonlyargs)
        and not name.startswith("_")
        and not asks(name, functions_of(path))
    ]
    assert sorted(silent) == sorted(ASK_NOBODY)


def verbs() -> dict[str, ast.FunctionDef]:
    """Return every verb of the rooms of access, by its name and place."""
    return {
        f"{path.relative_to(ROOT)}:{name}": node
        for path in rooms("access")
        for name, node in functions_of(path).items()
        if name.startswith("can_")
    }


def test_every_verb_allows_the_built_in_operator_by_the_one_rule() -> None:
    unmarked = [
        place for place, node in verbs().items() if [ast.unparse(each) for each in node.decorator_list] != ["verb"]
    ]
    assert unmarked == []


def test_every_verb_is_asked_by_somebody() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules()]
    asked = {name for tree in trees for name in called(tree) | handed_over(tree)}
    assert [place for place in verbs() if place.rpartition(":")[2] not in asked] == []


def test_every_denial_is_spelled_by_refuse_in_services() -> None:
    spelled = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in service_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.NamedExpr) and any(name.startswith("can_") for name in called(node.value))
    ]
    assert spelled == []


MECHANICS = ("make_statement", "correct_stated", "correct_row", "end_fact")


def test_only_services_write_dated_rows_by_the_mechanics_that_ask_nobody() -> None:
    callers = {
        str(path.relative_to(ROOT))
        for path in modules()
        if called(ast.parse(path.read_text(encoding="utf-8"))).intersection(MECHANICS)
    }
    allowed = {str(path.relative_to(ROOT)) for path in rooms("services")} | {"portal/core/changes.py"}
    assert sorted(callers - allowed) == []


def test_a_command_stands_in_the_audit_log_with_the_account_that_ran_it(own: Side) -> None:
    call_command("snapshot", as_of=TODAY, freeze=True, stdout=io.StringIO())
    entry = AuditEntry.objects.order_by("-pk")[0]
    told = (entry.actor, entry.actor_name, entry.data["what"], entry.data["os_account"])
    assert told == (operator_at_work(), "系统", "数据快照", getpass.getuser())
