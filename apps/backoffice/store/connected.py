"""Menu entries of outside systems."""

from collections.abc import Callable

from django.http import HttpRequest

from apps.integrations.selectors import is_connected


def sees_of(system: str, model: str) -> Callable[[HttpRequest], bool]:
    """Whether its entry is in the menu: for those who may see it, of a store that is connected."""

    def sees(request: HttpRequest) -> bool:
        return is_connected(system) and request.user.has_perm(f"{system}.view_{model}")

    return sees
