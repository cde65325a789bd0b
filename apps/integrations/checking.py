"""How an outside system's app reports what is wrong with it: the hook of `manage.py check_integrations`.

    # apps/clickpost/integration_checks.py
    @integration_check
    def find_unmatched(limits: Limits) -> Iterable[Trouble]: ...

The hook is below, because apps beside this one report, too.
"""

from apps.platform.outside_checks import (
    Check,
    Limits,
    Trouble,
    check_outside,
    integration_check,
)

__all__ = ["Check", "Limits", "Trouble", "check_outside", "integration_check"]
