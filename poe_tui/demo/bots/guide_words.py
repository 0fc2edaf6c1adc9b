"""What the guide knows, in its own words."""

from __future__ import annotations

import msgspec

from poe_tui.demo.prose import unwrap


class Topic(msgspec.Struct, frozen=True):
    """Something the guide can talk about, the words that bring it up, and what to ask next."""

    name: str
    words: frozenset[str]
    text: str
    next: tuple[str, str, str]


def _topic(name: str, words: str, text: str, *following: str) -> Topic:
    first, second, third = following
    return Topic(name, frozenset(words.split()), unwrap(text), (first, second, third))


HELLO = _topic(
    "a greeting",
    "hello hi hey hallo hola bonjour salut moin servus ciao greetings good morning evening help "
    "guide demo welcome test",
    """
Hello, and welcome! I'm the **Guide**, one of the scripted bots of this demo. Everything here
runs on your own machine: no key, no network, and points that are play money. What you see is
real, though. It's the same app, talking to a small server the way it talks to Poe.

A few things to try first:

1. Press `ctrl+o` and pick another bot. **Thinker** reasons before it answers, **Painter**
   returns a picture, **Markdown-Showcase** shows what an answer can look like.
2. Press `escape` while an answer is coming. It stops, and what has arrived stays.
3. Press `ctrl+n` for a second conversation. Both can stream at once.

Ask me about *keys*, *bots*, *files*, *money*, *privacy* or *themes*.
""",
    "Which keys should I know?",
    "Which bots are there?",
    "Is this private?",
)

KEYS = _topic(
    "keys",
    "key keys shortcut shortcuts keyboard binding bindings press hotkey hotkeys vim control ctrl",
    """
These few take you a long way:

| key | what it does |
|---|---|
| `enter` | send; `ctrl+j` or `alt+enter` makes a new line |
| `escape` | stop the answer that is coming |
| `ctrl+o` | switch to another bot |
| `ctrl+n` | start a new conversation |
| `alt+up`, `alt+down` | go to the previous or next conversation |
| `tab` | move to the next pane |
| `ctrl+p` | list every action there is |
| `f1` | explain the keys of whatever has the focus |
| `ctrl+q` | quit; nothing is lost |

In the transcript, `j` and `k` move from message to message, `y` copies one, `r` asks again and
`e` edits a prompt. An edit makes a *sibling*: the old version stays, and `[` and `]` walk
between them.

Any of these can be changed in the configuration.
""",
    "How do I edit a prompt?",
    "Which bots are there?",
    "Can I change the theme?",
)

EDITING = _topic(
    "editing",
    "edit editing undo regenerate retry again sibling branch branches history resend",
    """
Go to the transcript with `tab`, or with `up` from an empty composer, and move to a message with
`j` and `k`. Then:

- `e` on a prompt puts it back into the composer. Send it, and the conversation continues from
  there.
- `r` on an answer asks for another one.

Nothing is overwritten. A mark such as `‹2/3›` says that you are looking at the second of three
versions, and `[` and `]` take you to the others. The conversation is a tree, and you see one
branch of it at a time.
""",
    "Which keys should I know?",
    "Where are my conversations?",
    "Tell me about money",
)

BOTS = _topic(
    "bots",
    "bot bots model models claude gpt gemini llama switch picker catalog assistant painter thinker",
    """
With a key of your own, every bot on Poe is here, hundreds of them: `ctrl+o`, type a few
letters, `enter`. The next message goes to the new bot, which sees the conversation so far. Each
answer says whose it is, so you can ask one bot and have another check it.

In this demo you have, among others:

- **Guide**, that's me
- **Markdown-Showcase**, with every kind of formatting
- **Thinker**, which reasons before it answers
- **Painter**, which returns an image file
- **Grumpy**, which fails in a different way each time
- **Slow** and **Firehose**, for patience and for speed

Bots that are not in Poe's public list can be typed by name. They're marked *not listed*,
because any bot you call can spend your points.
""",
    "What happens when a bot fails?",
    "Tell me about money",
    "Can a bot send me a file?",
)

FAILURES = _topic(
    "errors",
    "error errors fail fails failed failure failing wrong broken problem grumpy "
    "crash cut truncated",
    """
Then the app says what happened, why, and what you can press. Your prompt is never lost: it was
on disk before it was sent.

- A failed or cut-off answer keeps whatever arrived, and says that it is not complete.
- Nothing is sent a second time by itself. A silent second request could cost points twice.
- If a bot goes quiet, you are told for how long, and `escape` ends the wait.

Pick **Grumpy** with `ctrl+o` and say anything. It finds a new way to fail each time.
""",
    "Which bots are there?",
    "Where are my conversations?",
    "Tell me about money",
)

FILES = _topic(
    "files",
    "file files attach attachment attachments upload image images picture pictures "
    "pdf photo download",
    """
Bots can send files: pictures, documents, sound. They appear under the answer, with a name, and
are only fetched when you ask for them.

Try it: switch to **Painter** with `ctrl+o` and write *a quiet harbour at dawn*. It paints the
same picture for the same words, and another one for any others.

Files can also go the other way, up to 50 MB each. They're uploaded to Poe first, and the bot is
handed a link.
""",
    "Which bots are there?",
    "Is this private?",
    "Which keys should I know?",
)

MONEY = _topic(
    "money",
    "money points point cost costs price prices pay spend spent balance credit "
    "credits cheap expensive",
    """
Poe counts in **points**, and each answer costs some. Your balance is in the status line, and
each answer shows what it took when Poe has written it down.

Two things worth knowing:

- The whole conversation is sent with every prompt, because Poe keeps none for you. A long
  conversation therefore costs more per answer than a short one. `ctrl+n` starts a fresh one.
- Poe warns that **any bot you call can use your entire balance**. The app tells you when a bot
  is not in the public list.

The points in this demo are play money. Go ahead, waste them.
""",
    "Which bots are there?",
    "Is this private?",
    "How do I use my own key?",
)

PRIVACY = _topic(
    "privacy",
    "private privacy secret security safe safety data disk where stored storage save saved "
    "conversations conversation export backup telemetry offline",
    """
In this demo nothing leaves your machine. The server that I live in listens on `127.0.0.1` only,
it has a folder of its own, and it never sees your key.

With your own key:

- Conversations are plain JSON files on your disk, one each, readable by you alone.
- The key is kept in your system's keyring where there is one. It's sent to Poe and nobody else,
  and never written to a log, a conversation or an export.
- There is no telemetry. What you write goes to Poe, and from there to whoever runs the bot.
- Text from bots is shown as text. It can't move your cursor or reach your clipboard.

`poe-tui config path` prints where everything is.
""",
    "How do I use my own key?",
    "Tell me about money",
    "Can I change the theme?",
)

OWN_KEY = _topic(
    "your own key",
    "own api apikey api_key account login subscribe subscription sign poe.com real start install",
    """
Get a key at **poe.com/api/keys**, quit with `ctrl+q`, and start `poe-tui` without `--demo`. The
first screen asks for the key, checks it by asking Poe for your balance, and says where it will
be kept.

You can also put it into the environment as `POE_API_KEY`, or let a password manager print it:

```toml
# config.toml
api_key_command = "pass show poe"
```

Don't paste it here. I'm only a script, but a conversation is a file, and keys don't belong in
files.
""",
    "Is this private?",
    "Tell me about money",
    "Which bots are there?",
)

THEMES = _topic(
    "themes",
    "theme themes dark light day night colour colours color colors look font appearance",
    """
There are two themes to begin with: `night`, for dark terminals, and `day`, for light ones.
Press `ctrl+p` and type *theme*, or start with:

```sh
poe-tui --demo --theme day
```

A theme is a small TOML file, and your own go into the `themes` folder of the configuration.
Colour is never the only sign of anything: states have a word or a mark of their own.
""",
    "Which keys should I know?",
    "Show me some Markdown",
    "Which bots are there?",
)

MARKDOWN = _topic(
    "formatting",
    "markdown format formatting code table tables list lists heading math latex highlight",
    """
Answers are Markdown, drawn while they arrive. A little of everything:

> Simplicity is prerequisite for reliability.

```python
def greet(name: str) -> str:
    return f"Hello, {name}!"
```

- [x] task lists
- [ ] *nested* ones
  - with **bold** and `code`

The whole range, tables and mathematics and several alphabets included, is what
**Markdown-Showcase** is there for: `ctrl+o`, then type *show*.
""",
    "Which bots are there?",
    "Which keys should I know?",
    "Can I change the theme?",
)

SHELL = _topic(
    "the shell",
    "shell command line pipe stdin stdout script scripts terminal ask cli bash git",
    """
Everything also works without the full screen. The answer goes to stdout and nothing else does,
so that it can be piped:

```sh
git diff | poe-tui ask "Review this change."
poe-tui ask --demo -b Echo hello
poe-tui list
```

The exit code says what happened: 0 done, 3 a problem with the key, 5 too many requests, 7 an
answer that was cut off, and so on.
""",
    "How do I use my own key?",
    "Where are my conversations?",
    "Which keys should I know?",
)

THANKS = _topic(
    "thanks",
    "thanks thank thx danke merci gracias bye goodbye great nice cool wonderful",
    """
You're welcome! `ctrl+q` quits whenever you like; this conversation will be here next time. When
you're ready for real bots, start `poe-tui` without `--demo`.
""",
    "How do I use my own key?",
    "Which bots are there?",
    "Show me some Markdown",
)

TOPICS = (
    OWN_KEY,
    KEYS,
    EDITING,
    FAILURES,
    FILES,
    BOTS,
    MONEY,
    PRIVACY,
    THEMES,
    MARKDOWN,
    SHELL,
    THANKS,
    HELLO,
)
"""In the order in which a tie is decided."""

LOST = unwrap("""
I'm a script with a handful of answers, and that was none of them. A real bot would have
something to say here.

I do know about *keys*, *bots*, *files*, *money*, *privacy*, *themes*, *Markdown* and the
*shell*. Or press `ctrl+o` and try **Thinker** with the same question: it sees what you wrote to
me.
""")
LOST_NEXT = ("Which keys should I know?", "Which bots are there?", "Tell me about money")
