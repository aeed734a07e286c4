"""Saves and keys: what is run again, what is shown, and that a watch goes on whatever happens."""

from __future__ import annotations

import re
from pathlib import Path

from llmrobust.errors import OperatorError
from llmrobust.watch.loop import problem_text, until_mended
from tests.watch.conftest import Held, Kept, Watched

SUITE = "suites/reviews.robust.yaml"


def sent(watched: Watched) -> int:
    log = watched.root / "sent.txt"
    return len(log.read_text().split()) if log.exists() else 0


def started(watched: Watched, *paths: str) -> str:
    return watched.after(lambda: watched.start(*paths), "accuracy")


def test_a_save_runs_the_suite_again_and_shows_what_that_changed(watched: Watched):
    first = started(watched)
    assert "reviews  suites/reviews.robust.yaml  (20 cases, 20 sent" in first
    assert re.search(r"^  PASS +accuracy ", first, re.MULTILINE)
    asked = sent(watched)
    shown = watched.after(lambda: watched.edit(SUITE, "movie 4 is boring", "movie 4 is lovely"), "saved")
    assert "saved suites/reviews.robust.yaml" in shown
    assert "(20 cases, 5 sent" in shown, "only the example that was edited"
    assert sent(watched) == asked + 5
    assert "unperturbed 1.000 -> 0.750" in shown
    assert Held.opened == 1, "the model stays loaded"


def test_a_gate_that_changes_sends_nothing_and_shows_what_it_was(watched: Watched):
    started(watched)
    asked = sent(watched)
    shown = watched.after(lambda: watched.edit(SUITE, "accuracy: {min: 0.5}", "accuracy: {min: 0.99}"), "saved")
    assert re.search(r"FAIL +accuracy .*, at least 0.99  \(was pass\)", shown)
    assert "nothing sent" in shown
    assert sent(watched) == asked


def test_a_broken_suite_shows_its_errors_until_it_is_mended(watched: Watched):
    started(watched)
    broken = watched.after(lambda: watched.edit(SUITE, "accuracy: {min", "acuracy: {min"), "unknown metric")
    assert 'did you mean "accuracy"?' in broken
    assert "Traceback" not in broken
    mended = watched.after(lambda: watched.edit(SUITE, "acuracy: {min", "accuracy: {min"), "PASS")
    assert "20 cases, nothing sent" in mended


def test_a_suite_that_is_broken_from_the_start_is_run_once_the_file_that_it_lacks_is_there(watched: Watched):
    text = (watched.root / SUITE).read_text()
    rest = text[text.index("examples:") :]
    watched.write(SUITE, "suite: reviews\nprompt: {user: {file: absent.jinja}}\n" + rest)
    broken = watched.after(watched.start, "reviews.robust.yaml:")
    assert 'the file "absent.jinja" does not exist' in broken
    prompt = "{% instruction %}Positive or negative?{% endinstruction %}\nReview: {{ text }}\nSentiment:"
    shown = watched.after(lambda: watched.write("suites/absent.jinja", prompt), "cases")
    assert "saved suites/absent.jinja" in shown
    again = watched.after(lambda: watched.edit("suites/absent.jinja", "Positive or", "Is it positive or"), "saved")
    assert "prompt changed; model unchanged" in again


def test_only_the_suites_that_depend_on_a_file_are_run(watched: Watched):
    text = (watched.root / SUITE).read_text()
    watched.write("suites/other.robust.yaml", text.replace("suite: reviews", "suite: other").replace("movie", "film"))
    both = watched.after(watched.start, "other.robust.yaml  (")
    watched.terminal.until(lambda one: one.screens[-1][2] and "reviews.robust.yaml  (" in one.screens[-1][0])
    assert "2 suites on held:" in both
    shown = watched.after(lambda: watched.edit(SUITE, "accuracy: {min: 0.5}", "accuracy: {min: 0.4}"), "saved")
    assert re.search(r"^other  \d of \d gates pass$", shown, re.MULTILINE), "in one line"
    assert "other.robust.yaml  (" not in shown


def test_a_new_suite_of_the_folder_is_run_and_a_deleted_one_forgotten(watched: Watched):
    started(watched)
    text = (watched.root / SUITE).read_text()
    new = watched.root / "suites/new.robust.yaml"
    shown = watched.after(lambda: watched.write("suites/new.robust.yaml", text.replace("reviews", "new")), "new.robust")
    assert "2 suites" in shown
    shown = watched.after(new.unlink, "1 suite on")
    assert "new" not in shown


def test_f_runs_the_cases_that_did_not_pass_and_a_runs_all(watched: Watched):
    watched.edit(SUITE, "accuracy: {min: 0.5}", "accuracy: {min: 0.999}")
    watched.edit(SUITE, "movie 4 is boring", "movie 4 is lovely")
    first = started(watched)
    assert "FAIL" in first
    partial = watched.after(lambda: watched.watch.key("f"), "only what failed")
    count = int(re.search(r"\((\d+) of 20 cases", partial)[1])  # type: ignore[index]
    assert 0 < count < 20
    assert "gates need all cases: press a" in partial
    assert "PASS" not in partial
    assert "FAIL" not in partial
    saved = watched.after(lambda: watched.edit(SUITE, "min: 0.999", "min: 0.001"), "saved")
    assert f"({count} of 20 cases" in saved, "on every save too"
    whole = watched.after(lambda: watched.watch.key("a"), "(20 cases")
    assert re.search(r"PASS +accuracy .*\(was fail\)", whole)


def test_a_save_during_a_run_is_run_next_and_what_was_sent_is_not_lost(watched: Watched, held: type[Held], soon):
    held.may_answer.clear()
    watched.start()
    soon(lambda: watched.terminal.last.startswith("running"))
    soon(lambda: len(watched.watch._files) == 1)
    watched.edit(SUITE, "accuracy: {min: 0.5}", "accuracy: {min: 0.999}")
    soon(lambda: bool(watched.terminal.screens) and "saved" in watched.terminal.screens[-1][0])
    shown = watched.after(held.may_answer.set, "at least")
    assert "at least 0.999" in shown, "the first run is not waited for"
    assert sent(watched) == 20, "nothing was asked twice"
    assert held.opened == 1


def test_keys_show_more_cases_and_help_without_running_anything(watched: Watched):
    started(watched)
    begun = len(watched.terminal.screens)
    assert "run all cases again" in watched.after(lambda: watched.watch.key("h"))
    assert "run all cases again" not in watched.after(lambda: watched.watch.key("h"))
    watched.after(lambda: watched.watch.key("m"))
    assert len(watched.terminal.screens) == begun + 3


def test_changed_code_ends_the_watch_so_that_it_starts_again(watched: Watched, soon):
    started(watched)
    watched.write("conftest.py", "import llmrobust")
    soon(lambda: watched.ending == "restart")
    assert "conftest.py changed: starting again" in watched.terminal.last


def test_a_model_that_cannot_be_opened_is_an_error_and_is_tried_again(watched: Watched, monkeypatch):
    monkeypatch.setenv("KEYWORD_ABSENT", "1")
    shown = watched.after(watched.start, "there is no model")
    assert "PASS" not in shown
    monkeypatch.delenv("KEYWORD_ABSENT")
    assert "PASS" in watched.after(lambda: watched.watch.key("r"), "20 cases")


def test_a_model_that_answers_nothing_passes_no_gate(watched: Watched):
    shown = watched.after(lambda: watched.start(spec="held:fails"), "at least")
    assert "NOT EVALUATED" in shown
    assert "PASS" not in shown


def test_errors_that_are_not_ours_are_shown_without_a_traceback(watched: Watched, monkeypatch):
    started(watched)

    def broken(*given, **named):
        raise SystemExit("an operator ends the process")

    monkeypatch.setattr("llmrobust.watch.warm.load_plans", broken)
    shown = watched.after(lambda: watched.watch.key("r"), "SystemExit")
    assert "an operator ends the process" in shown
    monkeypatch.undo()
    assert "Traceback" not in shown
    assert problem_text(OperatorError("it broke its contract")) == "it broke its contract"


def test_a_project_that_cannot_be_loaded_is_tried_again_once_a_file_is_saved(tmp_path: Path):
    import queue
    import threading

    terminal, keys, ending = Kept(), queue.Queue[str](), []
    (tmp_path / "conftest.py").write_text("import nothing_there")
    thread = threading.Thread(target=lambda: ending.append(until_mended("no module", tmp_path, terminal, keys)))
    thread.start()
    terminal.until(lambda one: bool(one.screens))
    assert "no module" in terminal.screens[0][0]
    (tmp_path / "conftest.py").write_text("")
    thread.join(20)
    assert ending == ["restart"]
    keys.put("q")
    assert until_mended("no module", tmp_path, terminal, keys) == "quit"
