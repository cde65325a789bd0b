"""gunicorn, in development (`make run`) and on servers. Numbers come from the environment."""

import os
import socket
from pathlib import Path


def _addresses() -> list[str]:
    """BIND as given; else the loopback interface, also in IPv6, because browsers try that first for `*.localhost`."""
    if given := os.environ.get("BIND"):
        return given.split(",")
    port = os.environ.get("PORT", "8000")
    return [f"127.0.0.1:{port}", *([f"[::1]:{port}"] if _has_ipv6() else [])]


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _memory_folder() -> str | None:
    """The folder of the workers' heartbeat files: a slow disk would look like a hanging worker."""
    memory = "/dev/shm"  # noqa: S108  a place, not a file name
    return memory if os.access(memory, os.W_OK) else None


bind = _addresses()
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
reload = os.environ.get("WEB_RELOAD", "") == "1"
# templates stay in memory
reload_extra_files = [str(page) for page in Path("templates").rglob("*.html")] if reload else []
worker_tmp_dir = _memory_folder()
control_socket_disable = True  # its default path is one for all checkouts of a user
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
forwarder_headers = (
    ""  # SCRIPT_NAME and PATH_INFO are never taken from headers, not even from a trusted proxy
)
accesslog = os.environ.get("WEB_ACCESS_LOG", "-")
logger_class = "config.access_log.MaskedPaths"
access_log_format = "%(t)s\t%(s)s\t%(m)s\t%({host}i)s\t%(U)s\t%(M)s"
errorlog = "-"
