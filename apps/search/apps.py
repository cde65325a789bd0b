from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The search index of a store: words, filters, facets and sorts of products as rows; kept by the catalog."""

    name = "apps.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from apps.search import checks  # noqa: F401  they register themselves
