"""Which backend answers searches, and where OpenSearch is. See `docs/search.md`."""

from config.embedded.environment import is_replaced
from config.settings.environment import env

# SecantusDB of `make run` and `make test`: it has no text indexes.
DOCUMENTS_ARE_EMBEDDED: bool = not is_replaced("MONGODB_URI")

# sql, mongodb or opensearch, and exceptions by the short names of stores: `tea=opensearch,shoes=sql`.
SEARCH_BACKEND: str = env("SEARCH_BACKEND", default="sql")
SEARCH_BACKEND_OF: dict[str, str] = env.dict("SEARCH_BACKEND_OF", default={})
# With user and password in it: `https://polystore:...@search.example:9200`.
OPENSEARCH_URL: str = env("OPENSEARCH_URL", default="")
# A file with the authority that signed its certificate, where it is none of the usual ones.
OPENSEARCH_CA_FILE: str = env("OPENSEARCH_CA_FILE", default="")
# The beginning of all names of indexes, for two installations on the same server.
OPENSEARCH_PREFIX: str = env("OPENSEARCH_PREFIX", default="polystore")
# The wait of a visitor for an answer; then the SQL index answers.
OPENSEARCH_SECONDS: float = env.float("OPENSEARCH_SECONDS", default=1.5)
