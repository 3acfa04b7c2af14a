"""The workbook of each chart holds the numbers the page shows."""

import io

import pandas as pd
import pytest
from chart_worlds import full_world

from ipportal.base.quantities import is_spelled
from ipportal.base.text import LANGS
from ipportal.charts import all_charts
from ipportal.charts.theme import WIDE
from ipportal.files.drawings import chart_words
from ipportal.files.package_workbook import chart_workbook

WORLD = full_world()
DRAWN = [chart for chart in all_charts(WORLD) if WIDE in chart.widths]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("chart", DRAWN, ids=lambda chart: chart.name)
def test_the_numbers_stand_under_the_titles_of_the_page(chart, lang):
    words = chart_words(WORLD, chart, lang)
    data = chart_workbook(chart.table, words, WORLD.settings.as_of)
    frame = pd.read_excel(io.BytesIO(data), keep_default_na=False, dtype=object)
    assert list(frame.columns) == [column.title[lang] for column in chart.table.columns]
    assert len(frame) == len(chart.table.rows)
    for number, column in enumerate(chart.table.columns):
        cells = [row[number] for row in chart.table.rows]
        if column.numeric:
            wanted = [float(cell.raw[lang]) if is_spelled(cell.raw[lang]) else "" for cell in cells]
        else:
            wanted = [cell.shown[lang] for cell in cells]
        assert list(frame.iloc[:, number]) == wanted
    notes = pd.read_excel(io.BytesIO(data), sheet_name=1, header=None).to_string()
    assert all(said in notes for said in (words.title, words.source, words.date, words.licence))
    assert data == chart_workbook(chart.table, words, WORLD.settings.as_of)
