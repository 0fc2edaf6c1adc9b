"""Formulas in Unicode: on one line in a sentence, drawn when they stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from poe_tui.markdown.tex import tex_lines, tex_text
from tests.markdown.checks import lines


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}", "(−b ± √(b² − 4ac))/(2a)"),
        (r"\frac12 mv^2", "1/2 mv²"),
        (
            r"\frac{dy}{dx} = \frac{\partial^2 f}{\partial x^2} = \frac{mv^2}{2m}",
            "dy/dx = ∂²f/∂x² = mv²/(2m)",
        ),
        (r"e^{i\pi}+1=0", "e^(iπ) + 1 = 0"),
        (r"x_{i+1}, x_{\text{train}}, x_{ij}^{2n}", "xᵢ₊₁, x_train, xᵢⱼ²ⁿ"),
        (r"\lim_{n \to \infty} a_n", "lim_(n→∞) aₙ"),
        (r"\sum_{k=1}^{n} k^2", "∑ₖ₌₁ⁿ k²"),
        (r"\sqrt[3]{x} + \sqrt[n]{xy}", "∛x + ⁿ√(xy)"),
        (r"f: \mathbb{R}^n \to \mathbb{E}[X]", "f: ℝⁿ → 𝔼[X]"),
        (r"\mathcal{L}, \mathfrak{g}, \mathbf{v}", "ℒ, 𝔤, v"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\sin x \cdot \log(n)", "sin x · log(n)"),
        (r"P(A \mid B) \ne \left(\frac{a}{b}\right)^2", "P(A ∣ B) ≠ (a/b)²"),
        (r"\hat{y} \vec{w} \overline{AB}", "ŷw⃗A̅B̅"),
        (r"f''(x) = f'^2", "f″(x) = f′²"),
        (r"A^\top, A^T, 90^\circ, 10^{-3}", "Aᵀ, Aᵀ, 90°, 10⁻³"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a, b; c, d)"),
        (r"\begin{cases} 1 & \text{if } x>0 \\ 0 \end{cases}", "{ 1, if x > 0; 0"),
        (r"a \not\in B, x \not= y", "a ∉ B, x ≠ y"),
        (r"\ce{2H2 + O2 -> 2H2O}, \ce{SO4^2-}", "2H₂ + O₂ → 2H₂O, SO₄²⁻"),
        (r"a \equiv b \pmod{n}", "a ≡ b (mod n)"),
        (r"{n \choose k} + {a \over b}", "(n choose k) + a/b"),
        (r"\ket{\psi} = \alpha\ket{0}, \braket{a|b}, \abs{x}", "|ψ⟩ = α |0⟩, ⟨a|b⟩, |x|"),
        (r"\dv{f}{x} + \pdv[2]{f}{x} + \dv{x}", "df/dx + ∂²f/∂x² + d/dx"),
        (r"\SI{5}{\kilo\gram}, \pu{9.8 m/s^2}", "5 kilogram, 9.8 m/s^2"),
        (r"\textcolor{red}{x+y} \lt \mathbbm{1}", "x + y < 𝟙"),
        (r"120{,}000, 5", "120,000, 5"),
        (r"f\colon \R \to \R", "f: ℝ → ℝ"),
        (r"\unknown{a}{b}, \unknown", r"\unknown{a}{b}, \unknown"),
        (r"\unknown{x} + 1", r"\unknown{x} + 1"),
        (r"-x, (-x), a=-x, a - x", "−x, (−x), a = −x, a − x"),
    ],
)
def test_a_formula_in_a_sentence_is_one_line(source: str, shown: str) -> None:
    assert tex_text(source) == shown


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        (
            r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
            ["    −b ± √(b² − 4ac)", "x = ────────────────", "           2a"],
        ),
        (r"\sum_{i=1}^n x_i", [" n", " ∑  xᵢ", "i=1"]),
        (r"\int_0^1 e^{-x^2}\,dx", ["     −x²", "∫₀¹ e    dx"]),
        (
            r"f(x) = \begin{cases} x^2 & x \ge 0 \\ -x & \text{otherwise} \end{cases}",
            ["f(x) = ⎧ x²  x ≥ 0", "       ⎩ −x  otherwise"],
        ),
        (
            r"\begin{bmatrix} 1 & 2 \\ 30 & 4 \\ 5 & 6 \end{bmatrix}^T",
            ["⎡ 1   2 ⎤ᵀ", "⎢ 30  4 ⎥", "⎣ 5   6 ⎦"],
        ),
        (
            r"\begin{aligned} (a+b)^2 &= a^2 + b^2 \\ c &= d \end{aligned}",
            ["(a + b)² = a² + b²", "       c = d"],
        ),
        (r"a &= b \\ &= c", ["a = b", "  = c"]),
        (r"\left(\frac{a}{b}\right)^2", ["⎛a⎞²", "⎜─⎟", "⎝b⎠"]),
        (r"\sqrt{\frac{a}{b}}", [" ┌─", " │a", " │─", "╲│b"]),
        (r"\underbrace{a+b}_{n}", ["a + b", "╰─┬─╯", "  n"]),
        (r"x \tag{3}", ["x   (3)"]),
    ],
)
def test_a_formula_by_itself_is_drawn(source: str, drawn: list[str]) -> None:
    assert tex_lines(source, 40) == drawn


def test_a_formula_too_wide_is_parted_before_a_sign() -> None:
    assert tex_lines("abcdef + ghijkl + mnopqr = stuvwx", 20) == [
        "abcdef + ghijkl",
        "    + mnopqr",
        "    = stuvwx",
    ]
    assert lines(r"$$\frac{abcdefghijkl}{mnopqrstuvwx} \text{ and } y$$", 12) == [
        "  abcdefghij",
        "  kl/(mnopqr",
        "  stuvwx)",
        "  and y",
    ]


@pytest.mark.parametrize("source", ["{", "}", r"\frac{a}", r"\left(", r"\begin{nonsense}", "x^"])
def test_what_does_not_hold_together_is_shown_as_it_is_written(source: str) -> None:
    assert tex_text(source) is None
    assert tex_lines(source, 40) is None
    assert lines(f"$$\n{source}\n$$") == ["  $$", f"  {source}", "  $$"]


@pytest.mark.parametrize(
    "part",
    [r"\frac{", "x^", "x_a^b", "{", r"\left(", r"\hat", r"\not", r"\sqrt{", "'", r"\\", "&", "^"],
)
def test_a_hostile_formula_does_no_harm(part: str) -> None:
    tex_lines((part * 4000)[:4000], 80)
    tex_text((part * 4000)[:4000])


_PARTS = st.sampled_from(
    [
        *(r"\frac", r"\sqrt", r"\sum", r"\int", r"\lim", r"\hat", r"\text", r"\left(", r"\right)"),
        *(r"\begin{pmatrix}", r"\end{pmatrix}", r"\begin{cases}", r"\end{cases}", r"\mathbb"),
        *(r"\underbrace", r"\overset", r"\binom", r"\not", r"\alpha", r"\le", r"\,", r"\quad"),
        *("{", "}", "{", "}", "{a}", "{b+c}", "^", "_", "^2", "_i", "x", "12", "+", "-", "=", "&"),
        *(r"\\", " ", "'", "[", "]", "(", ")", "|", ",", "\n", "漢"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(source=st.lists(_PARTS, max_size=20).map("".join), width=st.integers(1, 60))
def test_any_formula_fits(source: str, width: int) -> None:
    assert "\n" not in (tex_text(source) or "")
    for line in tex_lines(source, width) or ():
        assert cell_len(line) <= width


def test_lines_that_are_too_wide_together_stay_lines() -> None:
    source = r"\begin{aligned} a &= b + c + d + e \\ &= -\frac{g}{h} \end{aligned}"
    assert tex_lines(source, 14) == ["a = b + c + d", "", "    + e", "", "   g", "= −─", "   h"]
    tall = r"\[ \begin{aligned} a &= (\text{a long word}) \\ &= c \end{aligned} \]"
    assert lines(tall, 14) == ["  a = (a long", "  word)", "  = c"]
