"""A conversation for somebody else: nothing in it runs, loads, or swallows what follows."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment
from poe_tui.cli.rendition import as_html, as_json, as_markdown

HOSTILE = """<script>alert(1)</script> <img src=x onerror=alert(1)>
[click](javascript:alert(1)) [data](data:text/html,x) ![pixel](https://tracker.example/p.png)
<https://ok.example> [a](https://ok.example/"onclick="x)
"""


class Page(HTMLParser):
    """The tags of a page, and where its links go."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def conversation(prompt: str, answer: str, *files: Attachment) -> Conversation:
    made = Conversation(bot="Echo", system="<b>system</b>")
    made.ask(prompt)
    reply = made.reply("<i>Bot</i>")
    reply.text = answer
    reply.status = "complete"
    reply.attachments = files
    return made


def test_a_page_runs_and_loads_nothing() -> None:
    bad = Attachment(name="<b>x</b>", url="javascript:alert(1)")
    page = Page(as_html(conversation(HOSTILE, HOSTILE, bad)))
    assert not page.tags & {"script", "img", "iframe", "link", "b onerror", "i"}
    assert not {name for name in page.attributes if name.startswith("on")}
    assert all(link.startswith("https://") for link in page.links)
    assert "https://tracker.example/p.png" in page.links


def test_a_page_shows_markdown_as_such_and_plain_text_as_it_is() -> None:
    made = conversation("**mine**", "**theirs**")
    assert "<strong>theirs</strong>" in as_html(made)
    assert "**mine**" in as_html(made)
    made.path()[-1].content_type = "text/plain"
    assert "**theirs**" in as_html(made)


def test_a_picture_in_the_text_is_a_link_to_it() -> None:
    picture = Attachment(name="cat.png", url="https://a.example/c a>t", inline_ref="ref1")
    made = conversation("draw", "See ![a cat][ref1]", picture)
    assert '<a href="https://a.example/c%20a%3Et">a cat</a>' in as_html(made)
    assert "[ref1]: <https://a.example/c%20a%3Et>" in as_markdown(made)


def test_other_files_are_listed() -> None:
    files = (
        Attachment(name="a[1].txt", url="https://a.example/1"),
        Attachment(name="b.txt", content_type="text/plain", path="/home/me/b.txt"),
    )
    text = as_markdown(conversation("files", "here", *files))
    assert text.endswith("- [a(1).txt](<https://a.example/1>)\n- b.txt (text/plain)")
    assert "/home/me" not in text


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ("```python\nx = 1", "```python\nx = 1\n```"),
        ("~~~~\n```\n", "~~~~\n```\n~~~~"),
        ("```\ndone\n```", "```\ndone\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("a ``` in the middle", "a ``` in the middle"),
    ],
)
def test_a_code_block_that_was_cut_off_does_not_swallow_the_rest(answer: str, ending: str) -> None:
    assert as_markdown(conversation("code", answer)).endswith(ending)


def test_json_has_the_branch_on_screen_in_order() -> None:
    made = conversation("first", "answer")
    made.regenerate(made.path()[-1].id).text = "another"
    texts = [message["text"] for message in json.loads(as_json(made))["messages"]]
    assert texts == ["first", "another"]
