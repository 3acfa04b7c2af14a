"""What voices are told: Chinese inside English, English sentences inside Chinese, signs that only part things."""

import pytest

from ipportal.base.voices import for_voices

ZH, EN = '<html lang="zh-Hans">', '<html lang="en">'
DOT = '<span aria-hidden="true">·</span>'


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        (f"{EN}<td>三（六）3二-2</td>", f'{EN}<td><span lang="zh-Hans">三（六）3二-2</span></td>'),
        (f"{EN}<p>2.2 thousand (2.2万).", f'{EN}<p>2.2 thousand (<span lang="zh-Hans">2.2万</span>).'),
        (f"{EN}<p>In “中科先进院”, as", f'{EN}<p>In “<span lang="zh-Hans">中科先进院</span>”, as'),
        (
            f'{EN}<i lang="zh-Hans">中<i>和</i></i>文',
            f'{EN}<i lang="zh-Hans">中<i>和</i></i><span lang="zh-Hans">文</span>',
        ),
        (f"{EN}<svg><text x='1'>快维</text></svg>", f"{EN}<svg><text lang=\"zh-Hans\" x='1'>快维</text></svg>"),
        (f"{EN}<title>快维</title>", f'{EN}<title lang="zh-Hans">快维</title>'),
        (f'{EN}<script>"快维"</script><i title="快维">a</i><!-- 快 -->', None),
        (f"{EN}<code>a = 快维</code>", f'{EN}<code>a = <span lang="zh-Hans">快维</span></code>'),
        (f"{ZH}<p>按 CC BY 4.0、Creative Commons Attribution 使用</p>", None),
        (f"{ZH}<a>甲</a> · 乙<b> · </b>", f"{ZH}<a>甲</a> {DOT} 乙<b> {DOT} </b>"),
        (f"{ZH}<p>经开·智造</p><title>甲 · 乙</title>", None),
        (f"{ZH}<a>case_statistics.csv-metadata.json</a>", None),
        (f"{ZH}<pre>copy the old file to here</pre>", None),
        (f'{ZH}<a lang="en">read this page in English</a>', None),
        (f"{ZH}<p>见 The list of cases (v. 2). 完", f'{ZH}<p>见 <span lang="en">The list of cases (v. 2).</span> 完'),
        (f'{ZH}<b lang="en">洛迦诺 A</b>', f'{ZH}<b lang="en"><span lang="zh-Hans">洛迦诺</span> A</b>'),
    ],
)
def test_voices_are_told_the_language_and_what_is_no_word(page: str, marked: str | None) -> None:
    assert for_voices(page) == (marked or page)
    assert for_voices(marked or page) == (marked or page)
