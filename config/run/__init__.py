"""The programs behind `make run` and `make test`. Plain Python; only `prepare` loads Django."""
