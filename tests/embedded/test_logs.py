"""What is said of a program that ended comes from this run."""

from pathlib import Path

from config.embedded.processes import last_lines


def test_the_lines_of_an_earlier_run_are_not_this_ones(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("an old error\n")
    begin = log.stat().st_size
    assert last_lines(log, 1, since=begin) == ""
    with log.open("a") as file:
        file.write("a new one\n")
    assert last_lines(log, 1, since=begin) == "a new one"
