"""The words of the description, in both languages: Chinese first, as everywhere."""

from collections.abc import Iterable
from typing import Any, Final

from accounts.models import Scope
from policy import T

BETWEEN: Final = " · "

SCOPES: Final[dict[str, T]] = {
    Scope.SUBMIT.value: T("替委托了它的申请人提交、补正、撤回", "hand in, correct and withdraw for applicants who entrusted it"),
    Scope.FOLLOW.value: T("看委托了它的申请人的案件", "follow the cases of applicants who entrusted it"),
    Scope.READ.value: T("看本部门经手的案件，不带个人信息", "read its department's cases, without personal data"),
    Scope.EVENTS.value: T("读案件的事件", "read events of those cases"),
}  # fmt: skip
TAGS: Final[dict[str, T]] = {
    "registers": T("公开的：事项、办理链、规则、数字", "Public: types, chains, rules, figures"),
    "cases": T("替申请人办：提交、跟踪、补正、撤回", "For applicants: hand in, follow, correct, withdraw"),
    "department": T("本部门的案件", "A department's cases"),
    "events": T("事件", "Events"),
}  # fmt: skip


def line(text: T) -> str:
    """Both languages in one line."""
    return f"{text.zh}{BETWEEN}{text.en}"


def words(title: T, text: T, scopes: Iterable[Scope] = ()) -> dict[str, Any]:
    """What an operation is called, and what it does, for `Router`; with the scopes that it asks for."""
    return {
        "summary": line(title),
        "description": f"{text.zh}\n\n{text.en}",
        "openapi_extra": {"x-scopes": [one.value for one in scopes]},
    }
