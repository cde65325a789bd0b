"""`development` for `make run`, `test` for the suite, `production` for servers; `base` is what they share."""
