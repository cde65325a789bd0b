"""What the web server believes of its neighbours."""

import runpy
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[2] / "config" / "gunicorn.py"


def test_no_header_moves_a_request_to_another_path() -> None:
    """A `SCRIPT_NAME: /x` from the loopback interface was answered with a 500."""
    assert runpy.run_path(str(CONFIGURATION))["forwarder_headers"] == ""
