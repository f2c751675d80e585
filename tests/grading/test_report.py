"""The report says what was graded, mixes nothing up, gives nothing away, and no learner's text acts in it."""

import csv
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
import sample

from course_lib.grading import report
from course_lib.grading.report import text as texts
from course_lib.grading.report.files import CANVAS, MOODLE
from course_lib.grading.report.text import Html, file_name, plain, tag

OURS = set(
    re.findall(
        r"\w+",
        "html head meta title style script body main header nav section article div p a h1 h2 h3 h4 dl dt dd ul li "
        "svg defs pattern rect circle line text figure figcaption table thead tbody tr th td button span strong small "
        "code pre details summary",
    )
)
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class Parser(HTMLParser):
    """What a browser would find in a page: elements, attributes, and visible text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open, self.declarations = [], [], [], [], []
        self.feed(page)
        self.close()
        self.text = "".join(self.texts)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attributes]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    def handle_decl(self, decl):
        self.declarations.append(decl)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data):
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data}")


@dataclass(frozen=True)
class Submission:
    learner: str
    exercise: str = "07_relu"
    name: str = ""
    path: str = "a.ipynb"
    lms: dict = field(default_factory=dict)
    source: object = None


def read_csv(path, encoding="utf-8"):
    with open(path, encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def pages(out):
    return [out / "index.html", *(out / "learners").iterdir()]


def page_of(out, learner):
    return (out / "learners" / f"{file_name(learner)}.html").read_text(encoding="utf-8")


def write(out, *rows, **settings):
    return report.write(lambda: iter(rows), out, settings)


def passed(*names, **more):
    return sample.graded("07_relu", [sample.task(f"07_relu.{name}", "passed") for name in names], **more)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    out = tmp_path_factory.mktemp("school")
    return out, report.write(sample.school(40), out, {"title": "A class"})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    out = tmp_path_factory.mktemp("hostile")
    return out, report.write(sample.hostile(), out, {"title": "</title><script>"})


# numbers


def test_points_are_those_of_the_records(school):
    out, summary = school
    expected = {}
    for info, record in sample.school(40)():
        if record["state"] == "graded":
            key, points = (info["learner"], info["exercise"]), sum(task["points"] for task in record["tasks"])
            expected[key] = max(expected.get(key, 0), points)
    head, *lines = read_csv(out / "grades.csv", "utf-8-sig")
    assert head == ["learner", "name", "exercise", "points", "of", "state", "note"]
    assert {(line[0], line[2]): int(line[3]) for line in lines if line[5] == "graded"} == expected
    assert summary.states["graded"] >= len(expected)


def test_tasks_csv_has_every_task_that_counts(school):
    out, summary = school
    head, *lines = read_csv(out / "tasks.csv", "utf-8-sig")
    assert head == ["learner", "exercise", "task", "points", "of", "outcome"]
    assert len(lines) == sum(task.outcomes.total() for task in summary.tasks.values())
    assert sum(int(line[3]) for line in lines) == sum(
        e.points for e in summary.entries if e.counts and e.state == "graded"
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_notebooks_the_better_counts_and_both_are_seen(tmp_path, order):
    rows = [
        (sample.info("ann", path="ann/first.ipynb"), passed("gate", "tent")),
        (sample.info("ann", path="ann/second.ipynb"), passed("gate")),
    ]
    summary = write(tmp_path, *(rows[place] for place in order))
    (line,) = read_csv(tmp_path / "grades.csv", "utf-8-sig")[1:]
    assert line[3:] == ["4", "4", "graded", "the best of 2 notebooks: ann/first.ipynb"]
    text = Parser(page_of(tmp_path, "ann")).text
    assert "This is first.ipynb: its points count" in text
    assert "This is second.ipynb: another one counts" in text
    assert summary.exercises["07_relu"].states["graded"] == 2
    assert summary.exercises["07_relu"].points.total() == 1


def test_a_graded_notebook_counts_beside_an_unreadable_one_even_with_no_points(tmp_path):
    nothing = sample.graded("07_relu", [sample.task("07_relu.gate", "failed")])
    write(tmp_path, (sample.info("ann"), sample.ungraded("unreadable", "Torn.")), (sample.info("ann"), nothing))
    assert read_csv(tmp_path / "grades.csv", "utf-8-sig")[1][3:6] == ["0", "2", "graded"]


def test_what_has_no_grade_is_empty_everywhere_and_never_nought(tmp_path):
    lms = {"canvas_id": "7", "moodle_id": "Participant 7"}
    rows = [(sample.info("ann", lms=lms), passed("gate"))]
    rows += [(sample.info(state, lms=lms), sample.ungraded(state, "Torn.")) for state in ("failed", "unreadable")]
    summary = write(tmp_path, *rows)
    lines = read_csv(tmp_path / "grades.csv", "utf-8-sig")[1:]
    assert [line[3:] for line in lines[1:]] == [["", "2", s, f"{s}: Torn."] for s in ("failed", "unreadable")]
    assert [line[5] for line in read_csv(tmp_path / "canvas.csv")[2:]] == ["2", "", ""]
    assert [line[2] for line in read_csv(tmp_path / "moodle-07_relu.csv")[1:]] == ["2", "", ""]
    assert (summary.exercises["07_relu"].mean, summary.tasks["07_relu.gate"].outcomes.total()) == (2, 1)
    index = Parser((tmp_path / "index.html").read_text(encoding="utf-8")).text
    assert "1 notebook without a grade: unreadable" in index
    assert "1 notebook without a grade: grading failed" in index
    assert "NO GRADE: 1 unreadable, 1 failed" in report.table(summary)
    assert "that is not your fault" in page_of(tmp_path, "failed")
    assert "Torn." not in page_of(tmp_path, "failed")  # what failed on our side is for the instructor
    assert re.search(r"could not be read.*Torn\.", page_of(tmp_path, "unreadable"))
    comments = [line[5] for line in read_csv(tmp_path / "moodle-07_relu.csv")[2:]]
    assert ["Torn." in comment for comment in comments] == [False, True]


def test_a_learner_without_a_grade_has_no_sum(tmp_path):
    nothing = sample.graded("07_relu", [sample.task("07_relu.gate", "failed")])
    write(tmp_path, (sample.info("ann"), sample.ungraded("unreadable", "Torn.")), (sample.info("bob"), nothing))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<td class="number" data-sort="[-\d]+">([^<]*)</td></tr>', page) == ["–", "0"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("The file is not text in UTF-8.", True),
        ("The notebook is of an old format: open it in JupyterLab and save it.", False),
        ("It is a symbolic link, which is never followed: hand in the notebook itself.", False),
        ("The zip is damaged: download it again, or ask for it again.", False),
    ],
)
def test_a_learner_whose_notebook_is_unreadable_reads_what_to_do(tmp_path, reason, told):
    write(tmp_path, (sample.info("ann"), sample.ungraded("unreadable", reason)))
    page = page_of(tmp_path, "ann")
    assert reason in page
    assert (f"{reason} Open it in JupyterLab, save it, and hand it in again." in page) == told


@pytest.mark.parametrize(("width", "beside"), [(70, ""), (100, " The file is not a whole")])
def test_the_table_breaks_a_long_reason_and_cuts_none(tmp_path, monkeypatch, width, beside):
    monkeypatch.setenv("COLUMNS", str(width))
    reason = "The file is not a whole notebook: its JSON breaks at line 12, and nothing of it can be read. " * 2
    rows = [(sample.info("ann"), sample.ungraded("unreadable", reason.strip()))]
    rows.append((sample.info("bob"), sample.ungraded("unreadable", "Torn.")))
    lines = report.table(write(tmp_path, *rows)).partition("NO GRADE")[2].splitlines()[1:]
    head = "  unreadable: ann: ann/07_relu.ipynb:"
    assert lines[0].startswith(head + beside)
    assert " ".join(line.strip() for line in lines[:-1]) == f"{head} {reason}".strip()
    assert max(map(len, lines)) <= width
    assert all(line.startswith("    ") for line in lines[1:-1])
    assert lines[-1] == "  unreadable: bob: bob/07_relu.ipynb: Torn."


def test_no_task_that_everybody_passed_is_called_hard(tmp_path):
    bad = sample.graded("07_relu", [sample.task("07_relu.gate", "failed"), sample.task("07_relu.tent", "passed")])
    assert "hardest" not in report.table(write(tmp_path, (sample.info("ann"), passed("gate", "tent"))))
    hard = report.table(write(tmp_path, (sample.info("ann"), bad))).partition("The hardest tasks:\n")[2]
    assert hard == "  07_relu.gate: 0% passed"


def test_a_class_without_a_single_grade_is_reported(tmp_path):
    summary = write(tmp_path, (sample.info("ann", ""), sample.ungraded("unreadable", "Torn.", "")))
    assert "Nothing was graded." in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "(unknown)" in report.table(summary)
    assert read_csv(tmp_path / "canvas.csv")[0] == CANVAS
    assert list(tmp_path.glob("moodle*")) == []


def test_an_object_is_as_good_as_a_dict(tmp_path):
    write(tmp_path, (Submission("ann", name="Ann"), passed("gate")))
    assert read_csv(tmp_path / "grades.csv", "utf-8-sig")[1][:3] == ["ann", "Ann", "07_relu"]


def test_a_learner_whose_rows_are_apart_is_an_error_that_says_so(tmp_path):
    rows = [(sample.info(learner), passed("gate")) for learner in ("ann", "bob", "ann")]
    with pytest.raises(ValueError, match="'ann' are not together: sort the rows by learner"):
        write(tmp_path, *rows)


def test_a_second_report_leaves_nothing_of_the_first(tmp_path):
    write(tmp_path, (sample.info("ann", lms={"moodle_id": "1"}), passed("gate")))
    (tmp_path / "learners" / "my notes.html").touch()
    write(tmp_path, (sample.info("bob"), passed("gate")))
    assert {p.name for p in (tmp_path / "learners").iterdir()} == {"my notes.html", f"{file_name('bob')}.html"}
    assert list(tmp_path.glob("moodle*")) == []


# what other programs read


def test_canvas_finds_its_columns_and_its_learners(tmp_path):
    rows = [
        (sample.info("12", name="Doe, Ann", lms={"canvas_id": "12", "section": "A"}), passed("gate")),
        (sample.info("bob"), passed("gate", "tent")),
    ]
    write(tmp_path, *rows)
    assert read_csv(tmp_path / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "07_relu"],
        ["    Points Possible", "", "", "", "", "4"],
        ["Doe, Ann", "12", "", "", "A", "2"],
        ["bob", "", "", "bob", "", "4"],
    ]


def test_moodle_gets_its_worksheet_with_comments_in_html(tmp_path):
    bad = sample.task("07_relu.tent", "failed", advice="Is 1 < 2?\nYou get <b>.")
    record = sample.graded("07_relu", [sample.task("07_relu.gate", "passed"), bad])
    write(tmp_path, (sample.info("ann", name="Ann", lms={"moodle_id": "77"}), record), (sample.info("bob"), record))
    head, *lines = read_csv(tmp_path / "moodle-07_relu.csv")
    assert head == MOODLE
    assert {"Identifier", "Grade", "Last modified (grade)"} < set(head)  # Moodle refuses a file without these
    comment = "2 of 4 points<br>✓ gate: passed.<br>✗ tent: failed. Is 1 &lt; 2?<br>You get &lt;b&gt;."
    assert lines == [["Participant 77", "Ann", "2", "4", "", comment]]


@pytest.mark.parametrize("advice", ["z <= 0", "a & -b", 'Say "=1".'])
def test_feedback_for_moodle_comes_back_as_it_was_written(tmp_path, advice):
    bad = sample.graded("07_relu", [sample.task("07_relu.gate", "failed", advice=advice)])
    write(tmp_path, (sample.info("ann", lms={"moodle_id": "1"}), bad))
    comment = read_csv(tmp_path / "moodle-07_relu.csv")[1][5]
    assert Parser(f"<p>{comment.replace('<br>', ' ')}</p>").text.endswith(f"gate: failed. {advice}")


def test_html_is_guarded_where_it_begins():
    assert texts.field(Html("=1 &lt;= 2")) == "'=1 &lt;= 2"


@pytest.mark.parametrize(
    ("lms", "known"),
    [
        ([{}, {}], ["ann", "bob"]),
        ([{"canvas_id": "1"}, {}], ["ann", "bob"]),
        ([{"canvas_id": "1"}, {"moodle_id": "2"}], ["ann"]),
        ([{"moodle_id": "1"}, {"moodle_id": "2"}], None),
        ([{"moodle_id": "1"}, {}], None),
    ],
)
def test_canvas_gets_a_file_only_of_those_it_may_know(tmp_path, lms, known):
    write(tmp_path, (sample.info("old"), passed("gate")))
    write(
        tmp_path, *((sample.info(who, lms=ids), passed("gate")) for who, ids in zip(("ann", "bob"), lms, strict=True))
    )
    path = tmp_path / "canvas.csv"
    assert ([line[0] for line in read_csv(path)[2:]] if path.exists() else None) == known


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "\n+"])
@pytest.mark.parametrize("before", ["", "a;"])
def test_no_field_is_a_formula(tmp_path, start, before):
    evil = f"{before}{start}1+1"
    write(
        tmp_path, (sample.info(evil, name=evil, path=evil, lms={"canvas_id": evil, "moodle_id": evil}), passed("gate"))
    )
    for path in tmp_path.glob("*.csv"):
        for line in read_csv(path, "utf-8-sig"):
            for part in (part for value in line for part in value.split(";")):
                assert part.strip()[:1] not in tuple("=+-@＝\t\r"), path.name


def test_numbers_stay_numbers_and_excel_is_told_the_alphabet(tmp_path):
    write(tmp_path, (sample.info("ann", name="Åsa"), passed("gate")))
    raw = (tmp_path / "grades.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbflearner,name")
    assert "ann,Åsa,07_relu,2,2,graded,\r\n" in raw.decode("utf-8-sig")
    assert (tmp_path / "canvas.csv").read_bytes().startswith(b"Student,ID")


def test_grades_json_holds_everything_but_the_code(school):
    out, _ = school
    text = (out / "grades.json").read_text(encoding="utf-8")
    loaded = json.loads(text)
    found = {}
    for learner in loaded["learners"]:
        for notebook in learner["notebooks"]:
            found[learner["learner"], notebook["path"]] = notebook
    for info, record in sample.school(40)():
        stored = found[info["learner"], info["path"]]
        expected = [{key: value for key, value in task.items() if key != "code"} for task in record["tasks"]]
        assert stored["tasks"] == expected
        assert (stored["state"], stored["lms"]) == (record["state"], info["lms"])
    assert '"code"' not in text


def test_the_seed_is_nowhere(tmp_path):
    report.write(lambda: iter([(sample.info("ann"), passed("gate"))]), tmp_path, {"seed": "geheim", "title": "T"})
    assert [path.name for path in tmp_path.rglob("*.*") if "geheim" in path.read_text(encoding="utf-8")] == []


# pages


def test_a_learner_reads_what_was_asked_what_came_back_and_a_hint(tmp_path):
    bad = sample.task("07_relu.tent", "failed", advice="Too low.\nThe smallest input: 1. You get 0.", hint="Look at 1.")
    cell = {"id": "gate", "outcome": "raised", "error": "NameError: npp", "printed": "hello"}
    notes = ["The cell 'gate' stands twice."]
    record = sample.graded("07_relu", [sample.task("07_relu.gate", "passed"), bad], cells=[cell], notes=notes)
    write(tmp_path, (sample.info("ann", name="Ann"), record))
    page = Parser(page_of(tmp_path, "ann"))
    for said in (
        bad["asked"],
        bad["advice"],
        "Look at 1.",
        "not yet",
        notes[0],
        "NameError: npp",
        "hello",
        "2 of 4 points",
    ):
        assert said in page.text
    assert ("svg", "aria-label", "2 of 4 points") in page.attributes


def test_a_learners_page_names_nobody_else_and_holds_no_code(school):
    out, summary = school
    people = {e.learner: e.name for e in summary.entries}
    for learner in people:
        text = page_of(out, learner)
        others = [n for other, n in people.items() if other != learner and (other in text or f">{n}<" in text)]
        assert others == []
        assert "np." not in text
        assert "href" not in text.partition("</style>")[2]


def test_the_hardest_task_is_on_top(school):
    out, summary = school
    page = (out / "index.html").read_text(encoding="utf-8")
    bars = re.findall(r'aria-label="([\w.]+): (\d+) passed, (\d+) not yet, (\d+) error, (\d+) not attempted"', page)
    shares = [int(passed) / (int(passed) + sum(map(int, others))) for _, passed, *others in bars]
    assert len(bars) == len(summary.tasks) == 18
    assert shares == sorted(shares)
    assert report.table(summary).index(bars[0][0]) > 0


def test_the_histogram_says_every_bar_in_words(school):
    out, summary = school
    page = (out / "index.html").read_text(encoding="utf-8")
    for exercise in summary.exercises.values():
        said = re.search(rf'aria-label="Points in {exercise.name}, of 10: ([^"]+)"', page)[1]
        counts = {int(points): int(count) for count, points in re.findall(r"(\d+) learners? with (\d+)", said)}
        assert counts == exercise.points


def test_every_picture_says_itself_and_draws_no_outcome_by_colour_alone(school):
    out, _ = school
    page = (out / "index.html").read_text(encoding="utf-8")
    for svg in re.findall(r"<svg[^>]*>", page):
        assert re.search(r'role="img" aria-label="[^"]|class="(?:swatch|patterns)"', svg)
    for outcome in ("failed", "error"):
        assert f"rect.{outcome} {{ fill: url(#{outcome}); }}" in page
        assert f'<pattern id="{outcome}"' in page


def test_frequent_wrong_answers_are_counted_with_three_examples(tmp_path):
    def wrong(advice):
        return sample.graded("07_relu", [sample.task("07_relu.gate", "failed", advice=advice)])

    rows = [(sample.info(f"s{n}"), wrong(f"That is |x|.\nYou get {n}.")) for n in range(5)]
    rows.append((sample.info("s9"), wrong("Keep the shape.")))
    summary = write(tmp_path, *rows)
    count, *examples = summary.wrong["07_relu.gate", "That is |x|."]
    assert (count, [entry.learner for entry in examples]) == (5, ["s0", "s1", "s2"])
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert text.index("That is |x|.") < text.index("Keep the shape.")


def test_who_used_the_library_is_named(tmp_path):
    task = sample.task("07_relu.gate", "passed", library=["course_lib.activations.relu"])
    write(tmp_path, (sample.info("ann", name="Ann"), sample.graded("07_relu", [task])))
    section = (
        (tmp_path / "index.html").read_text(encoding="utf-8").partition('id="library"')[2].partition("</section>")[0]
    )
    assert re.search(">Ann<.*07_relu.gate.*course_lib.activations.relu", section)


def test_copied_answers_stand_side_by_side_and_identical_files_are_named(school):
    out, summary = school
    assert [(p.a, p.b) for p in summary.pairs["07_relu"]] == [("s00003", "s00017"), ("s00008", "s00033")]
    assert [[e.learner for e in same] for _, same in summary.identical] == [["s00011", "s00021"]]
    text = Parser((out / "index.html").read_text(encoding="utf-8")).text
    section = text.partition("Identical files")[2]
    assert "A reason to look, not a verdict." in section
    assert section.count("def gate(") >= 2


def test_untouched_notebooks_are_no_sign_although_they_are_identical(tmp_path):
    untouched = sample.graded("07_relu", [sample.task("07_relu.gate", "not attempted")])
    summary = write(tmp_path, *((sample.info(name, key="same"), untouched) for name in ("ann", "bob")))
    assert summary.identical == []


@pytest.mark.parametrize(("sandbox", "loud"), [("none (unsafe)", True), ("bubblewrap", False)])
def test_a_missing_sandbox_is_said_loudly(tmp_path, sandbox, loud):
    summary = write(tmp_path, (sample.info("ann"), passed("gate", sandbox=sandbox)))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert ('role="alert"' in page) == loud
    assert f"{sandbox} (1)" in page
    assert ("WITHOUT A SANDBOX" in report.table(summary)) == loud


def test_a_page_asks_nothing_of_the_network_and_forbids_all_but_its_own_style_and_script(school):
    out, _ = school
    for path in pages(out):
        page = path.read_text(encoding="utf-8")
        (policy,) = [v for t, a, v in Parser(page).attributes if t == "meta" and v.startswith("default-src")]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert re.findall(r"https?:|//[a-z]|@import|src=|url\((?!#)", page.replace("default-src", "")) == []
        assert re.findall(r" (?:style|on\w+)=", page) == []


def test_every_link_of_the_index_leads_to_a_page(school):
    out, summary = school
    links = {v for t, a, v in Parser((out / "index.html").read_text(encoding="utf-8")).attributes if a == "href"}
    files = {link for link in links if not link.startswith("#")}
    assert len(files) == len(summary.learners)
    assert all((out / link).is_file() for link in files)


# hostile text


def test_only_elements_that_the_report_writes_exist(hostile):
    out, _ = hostile
    assert len(pages(out)) == 1 + len(sample.NASTY)
    for path in pages(out):
        page = Parser(path.read_text(encoding="utf-8"))
        assert set(page.tags) <= OURS
        assert page.open == []
        assert page.tags.count("style") == 1
        assert page.tags.count("script") == (path.name == "index.html")
        assert {name for _, name, _ in page.attributes if name.startswith("on") or name in ("src", "style")} == set()


def test_hostile_text_is_shown_as_it_is(hostile):
    out, _ = hostile
    text = Parser(page_of(out, sample.NASTY["script"])).text
    assert text.count(sample.NASTY["script"]) >= 6  # the name, asked, advice, hint, note, cell
    assert "half \\ud83d here, \\udcff there" in Parser(page_of(out, sample.NASTY["surrogate"])).text


def test_nothing_invisible_reaches_a_page_a_csv_or_the_terminal(hostile):
    out, summary = hostile
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages(out)}
    texts |= {path.name: path.read_text(encoding="utf-8-sig").replace("\r\n", "\n") for path in out.glob("*.csv")}
    texts["terminal"] = report.table(summary)
    assert {name: match[0] for name, text in texts.items() if (match := INVISIBLE.search(text))} == {}
    assert "\\x1b[2J" in texts["terminal"]
    assert max(map(len, texts["terminal"].splitlines())) < 400


def test_a_megabyte_of_advice_is_cut_and_says_so(tmp_path, hostile):
    long = sample.NASTY["long"]
    task = sample.task("07_relu.gate", "failed", advice=long, code=long)
    write(tmp_path, (sample.info("ann", lms={"moodle_id": "1"}), sample.graded("07_relu", [task])))
    assert "(cut: 1000000 characters)" in page_of(tmp_path, "ann")
    assert "(cut: 1000000 characters)" in (tmp_path / "grades.json").read_text(encoding="utf-8")
    assert max(path.stat().st_size for path in tmp_path.rglob("*.*")) < 50_000
    assert max(path.stat().st_size for path in pages(hostile[0])) < 200_000


def test_a_flood_of_notes_and_cells_is_cut_and_says_so(tmp_path):
    cells = [{"id": f"c{n}", "outcome": "raised", "error": "e", "printed": ""} for n in range(2000)]
    write(tmp_path, (sample.info("ann"), passed("gate", cells=cells, notes=["note"] * 500)))
    page = page_of(tmp_path, "ann")
    assert "… and 1,980 more" in page
    assert "… and 480 more" in page
    assert page.count("<li>") == 21


def test_file_names_are_safe_and_unique():
    nasty = [
        *sample.NASTY.values(),
        "",
        ".",
        "..",
        "../../etc/passwd",
        "CON",
        "a/b",
        "a\\b",
        "A",
        "a",
        "é",
        "e",
        "学生",
    ]
    names = [file_name(text) for text in nasty]
    assert len({name.lower() for name in names}) == len(nasty)
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", name) for name in names)


def test_plain_text_keeps_what_people_write():
    text = "Åsa Dvořák, 学生 · ½ − σ 👩‍🔬\nline two\u00a0end"
    assert plain(text) == text
    assert plain("\tx\r\ny\x00") == "    x\ny\\x00"


def test_a_tag_escapes_text_and_attributes():
    assert tag("p", "<b>", class_='"x') == '<p class="&quot;x">&lt;b&gt;</p>'


# in a browser


@pytest.fixture
def browse(chromium):
    """Open a file; what the page did beyond showing itself is in ``page.deeds``."""

    def opened(path):
        page = chromium.new_page()
        page.deeds = []
        page.on("dialog", lambda dialog: (page.deeds.append(dialog.message), dialog.dismiss()))
        page.on("requestfinished", lambda request: page.deeds.append(request.url))
        page.goto(path.as_uri())
        page.deeds.remove(path.as_uri())
        return page

    return opened


def test_a_click_on_a_head_sorts_the_learners(browse, school):
    page = browse(school[0] / "index.html")
    for head, order in (
        ("sum", "ascending"),
        ("sum", "descending"),
        ("learner", "ascending"),
        ("07_relu", "ascending"),
        ("07_relu", "descending"),
    ):
        page.locator(".sortable button", has_text=head).click()
        assert page.locator(f"th[aria-sort={order}]").all_inner_texts() == [head]
        place = page.locator(".sortable button").all_inner_texts().index(head)
        cells = page.evaluate(
            "place => [...document.querySelectorAll('.sortable tbody tr')].map(row => row.cells[place])"
            ".map(cell => cell.dataset.sort ?? cell.textContent)",
            place,
        )
        key = str.casefold if head == "learner" else float
        assert len(cells) == 40
        keys = list(map(key, cells))
        there = [value for value in keys if head == "learner" or value >= 0]
        assert keys[: len(there)] == sorted(there, reverse=order == "descending")  # what has no grade is last
        assert len(there) < len(keys) or head in ("learner", "sum")


def test_a_hostile_class_does_nothing_in_a_browser(browse, hostile):
    for path in pages(hostile[0]):
        page = browse(path)
        assert page.deeds == []
        assert page.evaluate("document.images.length + document.querySelectorAll('b').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name


def test_what_would_slip_through_is_stopped_by_the_policy(browse, school, tmp_path):
    """The second wall: even unescaped, a learner's script, style, picture or form does nothing."""
    evil = "<script>document.title = 'owned'</script><img src=x.png onerror=\"document.title = 'owned'\">"
    evil += (
        "<style>h1 { display: none }</style><h1 style='display: none'>b</h1><iframe src='https://example.org'></iframe>"
    )
    (tmp_path / "x.png").write_bytes(b"a picture that could be loaded")
    for path in pages(school[0])[:2]:
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("<main>", f"<main>{evil}", 1), encoding="utf-8")
        page = browse(tmp_path / path.name)
        assert page.title() != "owned"
        assert [page.locator("h1").nth(place).is_visible() for place in (0, 1)] == [True, True]
        assert page.deeds == []
        assert page.evaluate("getComputedStyle(document.querySelector('section')).borderRadius") == "10px"  # ours works
