from ipportal.base.errors import DataError, Problem, Where, sort_problems
from ipportal.base.text import Text


def problem(file="a.csv", row=None, column=None, code="type-error", found="12O0"):
    return Problem(
        code, Where(file, row, column), Text("数字", "a number"), found, Text("把字母 O 改成数字 0", "write zero")
    )


def test_a_problem_in_one_line():
    line = problem(row=14, column="value").line("zh")
    assert line == "a.csv:14 · value · 应为数字，现为“12O0” · 把字母 O 改成数字 0 [type-error]"


def test_nothing_found_is_said():
    assert problem(found="").message("zh") == "应为数字，现为空"
    assert problem(found="").message("en") == "expected a number, found nothing"


def test_json_carries_both_languages():
    data = problem(row=2, column="value").as_dict()
    assert data["file"] == "a.csv"
    assert data["message"] == {"zh": "应为数字，现为“12O0”", "en": "expected a number, found “12O0”"}


def test_problems_are_sorted_without_repetition():
    found = sort_problems(
        [problem("b.csv", 1), problem("a.csv", 10), problem("a.csv", 2), problem("a.csv", 2), problem("a.csv")]
    )
    assert [(p.where.file, p.where.row) for p in found] == [("a.csv", None), ("a.csv", 2), ("a.csv", 10), ("b.csv", 1)]


def test_very_many_of_one_kind_in_one_file_are_counted_once():
    many = [problem(row=row) for row in range(1, 100_001)]
    told = sort_problems(many)
    assert [one.where.row for one in told] == list(range(1, 202))
    assert told[-1].hint.en == "99799 more of this kind: mend those listed first"
    assert sort_problems([*told, problem(row=7)]) == told
    assert len(sort_problems([*many, problem(file="b.csv"), problem(code="y")])) == 203


def test_an_error_carries_its_problems():
    error = DataError([problem("b.csv"), problem("a.csv")])
    assert [p.where.file for p in error.problems] == ["a.csv", "b.csv"]
    assert "expected a number" in str(error)


def test_a_sheet_cell_is_part_of_the_place():
    assert str(Where("b.xlsx", 14, "value", "观测值!E14")) == "b.xlsx:14 · value · 观测值!E14"
