"""Conversations, bots and notices on the main screen."""

from __future__ import annotations

from functools import partial

import pytest
from textual import events

from poe_tui.chat.conversation import Conversation
from poe_tui.errors import BotFailed, NetworkDown, StoreError, Truncated
from poe_tui.ui.screens.dialogs import LinkDialog
from poe_tui.ui.transcript.view import Transcript
from poe_tui.ui.widgets.sidebar import ConversationList
from tests.ui.desk import NOON, Desk, screen_lines, services, wait_until


async def test_a_prompt_is_answered_and_both_are_on_disk() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        assert desk.texts == ["Hello", "Echo: Hello"]
        assert [each.text for each in desk.on_disk().path()] == ["Hello", "Echo: Hello"]
        assert desk.composed == ""


async def test_an_empty_prompt_is_not_sent() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "  \n ", wait=False)
        assert desk.bots.requests == []


async def test_a_prompt_given_at_the_start_is_sent_at_once() -> None:
    desk = Desk(prompt="From the shell", bot="GPT-5.1")
    async with desk.app.run_test() as pilot:
        await wait_until(pilot, lambda: desk.texts == ["From the shell", "Echo: From the shell"])
        assert desk.bots.asked == [("GPT-5.1", "From the shell")]


async def test_a_conversation_given_at_the_start_is_on_screen() -> None:
    given = services()
    earlier = Conversation(bot="GPT-5.1")
    earlier.ask("What was that?")
    given.conversations.save(earlier)
    desk = Desk(given, conversation=earlier.id)
    async with desk.app.run_test() as pilot:
        await wait_until(pilot, lambda: desk.current.id == earlier.id)
        assert desk.texts == ["What was that?"]
        assert desk.main.pane.composer.border_title == "GPT-5.1"
        await wait_until(pilot, lambda: desk.main.focused is desk.main.pane.composer)


async def test_the_list_shows_what_is_on_disk_the_newest_first() -> None:
    given = services()
    for title in ("older", "newer"):
        conversation = Conversation(title=title)
        conversation.ask(title)
        given.conversations.save(conversation)
    desk = Desk(given)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: len(desk.main.chats.entries) == 2)
        await wait_until(pilot, lambda: "newer" in "\n".join(screen_lines(desk.app)))
        assert [entry.title for entry in desk.main.chats.entries] == ["newer", "older"]


async def test_escape_stops_the_reply_and_keeps_what_arrived() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: "Echo: " in desk.texts)
        await pilot.press("escape")
        await wait_until(pilot, desk.idle)
        answer = desk.current.path()[-1]
        assert (answer.text, answer.status) == ("Echo: ", "stopped")
        assert desk.on_disk().path()[-1].status == "stopped"


async def test_ctrl_c_stops_the_reply_and_never_quits() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: "Echo: " in desk.texts)
        await pilot.press("ctrl+c")
        await wait_until(pilot, desk.idle)
        await pilot.press("ctrl+c")
        assert desk.app.is_running
        assert "ctrl+q quits" in desk.notice


async def test_ctrl_c_with_a_selection_copies_and_does_not_stop() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "Hello", wait=False)
        desk.main.pane.composer.replace_text("copied")
        desk.main.pane.composer.select_all()
        await pilot.press("ctrl+c")
        assert desk.app.clipboard == "copied"
        assert not desk.idle()
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)


async def test_a_prompt_sent_while_a_reply_runs_waits_on_disk_and_follows() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "first", wait=False)
        await wait_until(pilot, lambda: len(desk.bots.requests) == 1)
        await desk.ask(pilot, "second", wait=False)
        assert [queued.text for queued in desk.on_disk().queue] == ["second"]
        desk.bots.let_go()
        await wait_until(pilot, lambda: len(desk.texts) == 4 and desk.idle())
        assert desk.texts == ["first", "Echo: first", "second", "Echo: second"]
        assert desk.on_disk().queue == []


@pytest.mark.parametrize("how", ["stopped", "failed"])
async def test_the_queue_is_kept_and_not_sent_when_the_reply_did_not_end_well(how: str) -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "first", wait=False)
        await wait_until(pilot, lambda: len(desk.bots.requests) == 1)
        await desk.ask(pilot, "second", wait=False)
        if how == "stopped":
            await pilot.press("escape")
        else:
            desk.bots.error = BotFailed("It fell over.")
            desk.bots.let_go()
        await wait_until(pilot, desk.idle)
        await pilot.pause()
        assert [queued.text for queued in desk.on_disk().queue] == ["second"]
        assert len(desk.bots.requests) == 1
        desk.bots.error = None
        desk.bots.let_go()
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.bots.asked[-1][1].endswith("second") and desk.idle())
        assert desk.current.queue == []


async def test_a_queued_prompt_is_edited_in_the_composer_and_stays_in_its_place() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "first", wait=False)
        await desk.ask(pilot, "second", wait=False)
        queued = desk.current.queue[0]
        desk.main.pane.composer.replace_text("a draft")
        request(desk, "edit_queued", queued.id)
        await wait_until(pilot, lambda: desk.composed == "second")
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)
        assert len(desk.bots.requests) == 1, "a prompt is not sent while it is being edited"
        await desk.ask(pilot, "better")
        await wait_until(pilot, lambda: "Echo: better" in desk.texts)
        assert desk.composed == "a draft"


async def test_a_queued_prompt_that_is_dropped_comes_back_into_the_composer() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "first", wait=False)
        await desk.ask(pilot, "second", wait=False)
        request(desk, "drop_queued", desk.current.queue[0].id)
        await wait_until(pilot, lambda: not desk.current.queue)
        assert desk.composed == "second"
        assert desk.on_disk().queue == []
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)


async def test_two_conversations_stream_at_once_and_the_hidden_one_becomes_unread() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "one", wait=False)
        first = desk.current
        await pilot.press("ctrl+n")
        await desk.ask(pilot, "two", wait=False)
        await wait_until(pilot, lambda: len(desk.bots.requests) == 2)
        await wait_until(pilot, lambda: "2 streaming" in screen_lines(desk.app)[-1])
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)
        assert desk.main.chats.unread == {first.id}
        await pilot.press("alt+down")
        assert desk.current.id == first.id
        assert desk.main.chats.unread == set()


async def test_the_last_line_says_how_to_go_on_to_the_next_match_until_the_marks_are_cleared() -> (
    None
):
    desk = Desk()
    async with desk.app.run_test(size=(120, 30)) as pilot:
        await desk.ask(pilot, "needle")
        await pilot.press("shift+tab", "slash", *"needle", "enter")
        await wait_until(
            pilot, lambda: "n next   N previous   esc clear" in screen_lines(desk.app)[-1]
        )
        await pilot.press("escape")
        await wait_until(pilot, lambda: "y copy" in screen_lines(desk.app)[-1])
        assert "n next" not in screen_lines(desk.app)[-1]


async def test_each_conversation_keeps_its_draft_and_a_new_start_finds_it() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "one")
        await pilot.press(*"abc")
        await pilot.press("ctrl+n")
        assert desk.composed == ""
        await pilot.press(*"xyz")
        await pilot.press("alt+down")
        assert desk.composed == "abc"
        await pilot.press("alt+up")
        assert desk.composed == "xyz"
        drafted = desk.current.id
        await pilot.press("ctrl+q")
    again = Desk(conversation=drafted)
    async with again.app.run_test() as pilot:
        await wait_until(pilot, lambda: again.composed == "xyz")


async def test_a_new_conversation_without_a_word_leaves_no_file() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await pilot.press("ctrl+n", "ctrl+n", *"ab", "ctrl+n")
        await pilot.pause()
        assert len(desk.services.conversations.list()[0]) == 1
        await pilot.press("alt+down", "backspace", "backspace", "ctrl+n")
        assert desk.services.conversations.list()[0] == []


async def test_a_failed_reply_is_asked_again_beside_the_failure() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.error = NetworkDown("No route.")
        await desk.ask(pilot, "Hello")
        failed = desk.current.path()[-1]
        assert failed.status == "failed"
        assert failed.error is not None
        desk.bots.error = None
        request(desk, "retry", failed.id)
        await wait_until(pilot, lambda: desk.texts == ["Hello", "Echo: Hello"])
        assert len(desk.current.siblings(failed.id)) == 2


async def test_siblings_are_stepped_through() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        first = desk.current.path()[-1].id
        request(desk, "regenerate", first)
        await wait_until(pilot, lambda: desk.current.head != first and desk.idle())
        request(desk, "previous_sibling", desk.current.path()[-1].id)
        await wait_until(pilot, lambda: desk.current.head == first)
        request(desk, "next_sibling", first)
        await wait_until(pilot, lambda: desk.current.head != first)


async def test_an_edited_prompt_is_sent_beside_the_old_one_and_the_draft_comes_back() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Helo")
        prompt = desk.current.path()[0]
        desk.main.pane.composer.replace_text("a draft")
        await pilot.pause()
        request(desk, "edit", prompt.id)
        await wait_until(pilot, lambda: desk.composed == "Helo")
        assert "editing" in str(desk.main.pane.composer.border_subtitle)
        await desk.ask(pilot, "Hello")
        assert desk.texts == ["Hello", "Echo: Hello"]
        assert len(desk.current.siblings(prompt.id)) == 2
        assert desk.composed == "a draft"


async def test_escape_leaves_an_edit_and_nothing_is_sent() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        desk.main.pane.composer.replace_text("a draft")
        await pilot.pause()
        request(desk, "edit", desk.current.path()[0].id)
        await wait_until(pilot, lambda: desk.composed == "Hello")
        await pilot.press("escape")
        assert desk.composed == "a draft"
        assert len(desk.bots.requests) == 1


async def test_an_edit_is_still_there_after_a_look_at_another_conversation() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        request(desk, "edit", desk.current.path()[0].id)
        await wait_until(pilot, lambda: desk.composed == "Hello")
        await pilot.press("!", "ctrl+n")
        assert desk.composed == ""
        await pilot.press("alt+down")
        assert desk.composed == "Hello!"
        assert desk.current.draft == ""


async def test_what_was_being_edited_at_the_end_is_kept_as_a_draft() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        request(desk, "edit", desk.current.path()[0].id)
        await wait_until(pilot, lambda: desk.composed == "Hello")
        await pilot.press("!", "ctrl+q")
    assert desk.on_disk(desk_conversation(desk)).draft == "Hello!"


async def test_a_truncated_answer_is_continued() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.error = Truncated("It stopped.")
        await desk.ask(pilot, "Hello")
        cut = desk.current.path()[-1]
        assert cut.status == "truncated"
        desk.bots.error = None
        request(desk, "continue", cut.id)
        await wait_until(pilot, lambda: len(desk.texts) == 4 and desk.idle())
        assert desk.current.path()[1] is cut


async def test_an_excluded_message_stays_and_is_not_sent() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "secret plan")
        for message in desk.current.path():
            request(desk, "exclude", message.id)
        await wait_until(pilot, lambda: all(each.excluded for each in desk.current.path()))
        await desk.ask(pilot, "next")
        assert all("secret" not in turn.text for turn in desk.bots.requests[-1].turns)
        assert desk.texts[0] == "secret plan"


async def test_a_fork_is_a_conversation_of_its_own() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "one")
        original = desk.current.id
        await desk.ask(pilot, "two")
        request(desk, "fork", desk.current.path()[1].id)
        await wait_until(pilot, lambda: desk.current.id != original)
        assert desk.texts == ["one", "Echo: one"]
        assert len(desk.main.chats.entries) == 2


async def test_a_suggested_reply_is_sent_by_its_number_and_the_draft_stays() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.suggestions = ["Tell me more", "Stop it"]
        await desk.ask(pilot, "Hello")
        await pilot.press(*"draft", "alt+2")
        await wait_until(pilot, lambda: "Echo: Stop it" in desk.texts)
        assert desk.composed == "draft"


async def test_a_deleted_conversation_comes_back_with_u() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "keep")
        kept = desk.current.id
        await pilot.press("ctrl+n")
        await desk.ask(pilot, "delete")
        deleted = desk.current.id
        desk.main.query_exactly_one(ConversationList).focus()
        await pilot.press("d")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press("y")
        await wait_until(pilot, lambda: desk.current.id == kept)
        assert "Deleted" in desk.notice
        assert [entry.id for entry in desk.services.conversations.list()[0]] == [kept]
        desk.main.query_exactly_one(ConversationList).focus()
        await pilot.press("u")
        await wait_until(pilot, lambda: desk.current.id == deleted)
        assert desk.texts == ["delete", "Echo: delete"]


async def test_deleting_a_streaming_conversation_stops_it_first() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "delete", wait=False)
        await wait_until(pilot, lambda: "Echo: " in desk.texts)
        desk.main.action_delete_conversation()
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press("y")
        await wait_until(pilot, lambda: not desk.main.chats.entries)
        assert desk.idle()
        assert desk.services.conversations.list()[0] == []
        await pilot.press("ctrl+z")
        await wait_until(pilot, lambda: "Echo: " in desk.texts)
        assert desk.current.path()[-1].status == "stopped"


async def test_a_conversation_is_renamed_and_pinned() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "first")
        first = desk.current.id
        await pilot.press("ctrl+n")
        await desk.ask(pilot, "second")
        conversations = desk.main.query_exactly_one(ConversationList)
        conversations.focus()
        conversations.highlight_key(first)
        await pilot.press("p")
        assert desk.main.chats.entries[0].id == first
        await pilot.press("r")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press("end", "!", "enter")
        await wait_until(pilot, lambda: desk.main.chats.entries[0].title == "first!")
        assert desk.on_disk(desk.main.chats.open(first)).titled


async def test_the_next_prompt_goes_to_the_bot_that_was_switched_to() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "one")
        desk.main.use_bot("GPT-5.1")
        await desk.ask(pilot, "two")
        assert [bot for bot, _ in desk.bots.asked] == ["Claude-Sonnet-4.5", "GPT-5.1"]
        assert desk.on_disk().bot == "GPT-5.1"
        assert desk.services.state.state.bot == "GPT-5.1"


async def test_the_picker_switches_the_bot_and_leads_to_writing() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(120, 38)) as pilot:
        desk.main.query_exactly_one(ConversationList).focus()
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press(*"gpt", "enter")
        await wait_until(pilot, lambda: desk.current.bot == "GPT-5.1")
        assert desk.main.pane.composer.border_title == "GPT-5.1"


async def test_another_bot_is_asked_for_an_answer_that_failed() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(120, 38)) as pilot:
        desk.bots.error = BotFailed("It fell over.")
        await desk.ask(pilot, "Hello")
        desk.bots.error = None
        request(desk, "switch_bot", desk.current.path()[-1].id)
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press(*"gpt", "enter")
        await wait_until(pilot, lambda: desk.texts == ["Hello", "Echo: Hello"])
        assert desk.bots.asked[-1] == ("GPT-5.1", "Hello")
        assert desk.current.bot == "Claude-Sonnet-4.5", "it was asked once, as by a mention"
        assert "GPT-5.1 is asked this once. ctrl+o switches for good." in desk.notice
        state = desk.services.state.state
        assert (state.bot, state.recent[0]) == ("Claude-Sonnet-4.5", "GPT-5.1")


async def test_a_disk_that_refuses_is_reported_and_the_text_stays() -> None:
    desk = Desk()

    def refuse(conversation: Conversation) -> bool:
        raise StoreError("The disk is full.")

    async with desk.app.run_test() as pilot:
        desk.services.conversations.save = refuse  # type: ignore[method-assign]
        await desk.ask(pilot, "Hello")
        assert desk.texts[0] == "Hello"
        assert desk.bots.requests == [], "what is not on disk is not sent"
        desk.main.chats.toggle_pinned(desk.current.id)
        assert "disk is full" in desk.notice


async def test_quitting_stops_and_saves_what_is_coming_in() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: "Echo: " in desk.texts)
        conversation = desk.current
        await pilot.press("ctrl+q")
    saved = desk.on_disk(conversation).path()[-1]
    assert (saved.text, saved.status) == ("Echo: ", "stopped")


async def test_the_side_pane_folds_away_on_a_narrow_screen_and_opens_over_it() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(64, 24)) as pilot:
        await desk.ask(pilot, "Hello")
        assert "CONVERSATIONS" not in "\n".join(screen_lines(desk.app))
        await pilot.press("f2")
        await wait_until(pilot, lambda: "CONVERSATIONS" in "\n".join(screen_lines(desk.app)))
        await pilot.press("escape")
        await wait_until(pilot, lambda: "CONVERSATIONS" not in "\n".join(screen_lines(desk.app)))
        assert desk.main.focused is desk.main.pane.composer


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (80, 24), (200, 60)])
async def test_no_size_breaks_the_screen(size: tuple[int, int]) -> None:
    desk = Desk()
    async with desk.app.run_test(size=size) as pilot:
        await desk.ask(pilot, "Hello")
        assert len(screen_lines(desk.app)) == size[1]
        assert desk.main.pane.composer.size.height >= 1


async def test_titles_and_bots_are_text_and_never_markup() -> None:
    desk = Desk(bot="[red]Evil[/]", clock=lambda: NOON)
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "[/x] [@click=app.quit]press[/] \x1b[31m")
        shown = "\n".join(screen_lines(desk.app))
        assert "[red]Evil[/]" in shown
        assert "\x1b" not in shown
        desk.main.say("[/broken] markup")
        await wait_until(pilot, lambda: "[/broken] markup" in screen_lines(desk.app)[-1])


async def test_up_in_an_empty_composer_enters_the_transcript() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        await pilot.press("up")
        await wait_until(pilot, lambda: desk.main.focused is desk.main.pane.transcript)


@pytest.mark.parametrize("action", ["edit", "retry", "continue", "fork", "no_such_thing"])
async def test_a_request_that_cannot_be_met_is_said_and_harms_nothing(action: str) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "Hello")
        request(desk, action, "gone")
        await wait_until(pilot, lambda: "Not possible" in desk.notice)
        request(desk, "continue", desk.current.path()[0].id)
        await wait_until(pilot, lambda: "can be continued" in desk.notice)
        assert desk.texts == ["Hello", "Echo: Hello"]


async def test_text_is_found_in_the_conversation_and_escape_ends_that() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "needle in hay")
        await pilot.press("ctrl+f")
        await wait_until(pilot, lambda: "find" in "\n".join(screen_lines(desk.app)[20:]))
        await pilot.press(*"needle")
        await wait_until(pilot, lambda: "1 of 2" in "\n".join(screen_lines(desk.app)))
        await wait_until(pilot, lambda: "↵ go" in screen_lines(desk.app)[-1])
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.main.focused is desk.main.pane.transcript)
        await pilot.press("n")
        await wait_until(pilot, lambda: "2 of 2" in "\n".join(screen_lines(desk.app)))
        await pilot.press("escape")
        await wait_until(pilot, lambda: "of 2" not in "\n".join(screen_lines(desk.app)))
        desk.main.pane.composer.focus()
        await pilot.press("ctrl+f")
        await wait_until(pilot, lambda: "↵ go" in screen_lines(desk.app)[-1])
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.main.focused is desk.main.pane.composer)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were opened, in order; no browser is started."""
    addresses: list[str] = []

    def open_browser(address: str) -> bool:
        addresses.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", open_browser)
    return addresses


async def test_o_shows_one_link_after_the_other_and_enter_opens_the_one_that_is_shown(
    opened: list[str],
) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "<https://a.example/> and <https://b.example/>")
        desk.main.pane.transcript.focus()
        for address in ("https://a.example/", "https://b.example/") * 2:
            await pilot.press("o")
            await wait_until(pilot, partial(shows_link, desk, address))
        assert not opened
        await pilot.press("enter")
        await wait_until(pilot, lambda: bool(opened))
        assert opened == ["https://b.example/"]


def shows_link(desk: Desk, address: str) -> bool:
    """Say whether the dialog on top shows that address."""
    screen = desk.app.screen
    return isinstance(screen, LinkDialog) and screen._address == address


async def test_what_is_typed_on_the_heels_of_a_slash_is_looked_for_and_not_obeyed() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "needle in hay")
        desk.main.pane.transcript.focus()
        await pilot.pause()
        driver = desk.app._driver
        assert driver is not None
        for key in ("slash", *"hay"):
            driver.send_message(events.Key(key, "/" if key == "slash" else key))
        await wait_until(pilot, lambda: "find  hay" in "\n".join(screen_lines(desk.app)))
        assert len(desk.bots.requests) == 1
        assert len(desk.current.messages) == 2


@pytest.mark.parametrize("size", [(20, 3), (20, 5), (30, 7), (20, 8), (80, 12)])
async def test_there_is_a_line_to_write_in_on_the_smallest_screen(size: tuple[int, int]) -> None:
    desk = Desk()
    async with desk.app.run_test(size=size) as pilot:
        await desk.ask(pilot, "one")
        await pilot.press(*"two")
        await wait_until(pilot, lambda: "two" in joined(desk))


async def test_a_former_prompt_comes_back_from_the_history() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: "No prompts" in desk.notice)
        await desk.ask(pilot, "the first one")
        await desk.ask(pilot, "another")
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press(*"first", "enter")
        await wait_until(pilot, lambda: desk.composed == "the first one")


async def test_f1_lists_the_keys_of_what_has_the_focus_first() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 38)) as pilot:
        await pilot.press("f1")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await wait_until(pilot, lambda: "Search the prompt history" in joined(desk))
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)


async def test_the_palette_does_what_it_lists() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 38)) as pilot:
        await desk.ask(pilot, "Hello")
        first = desk.current.id
        await pilot.press("ctrl+p")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press("n", "e", "w", "space", "c", "o", "n")
        await wait_until(pilot, lambda: "New conversation" in joined(desk))
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.current.id != first)


async def test_a_link_is_shown_before_it_is_opened(opened: list[str]) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 38)) as pilot:
        request(desk, "open_link", "", "https://poe.com/help")
        await wait_until(pilot, lambda: "https://poe.com/help" in joined(desk))
        assert opened == []
        await pilot.press("enter")
        await wait_until(pilot, lambda: opened == ["https://poe.com/help"])


def joined(desk: Desk) -> str:
    """Return what is on the screen as one text."""
    return "\n".join(screen_lines(desk.app))


def request(desk: Desk, action: str, message_id: str, detail: str = "") -> None:
    """Do what the transcript does when one of its keys is pressed."""
    transcript = desk.main.pane.transcript
    transcript.post_message(Transcript.Requested(transcript, action, message_id, detail))


def desk_conversation(desk: Desk) -> Conversation:
    """Return the only conversation on disk."""
    entries, _ = desk.services.conversations.list()
    return desk.services.conversations.load(entries[0].id)


async def test_the_end_is_followed_after_a_prompt_of_many_lines() -> None:
    desk = Desk()
    lines = "\n".join(f"line {number}" for number in range(20))
    async with desk.app.run_test(size=(100, 30)) as pilot:
        for _ in range(3):
            await desk.ask(pilot, lines)
        await wait_until(pilot, lambda: desk.main.pane.composer.size.height < 10)
        assert desk.main.pane.transcript.following
