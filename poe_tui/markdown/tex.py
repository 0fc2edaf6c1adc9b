"""TeX formulas to Unicode, where that reads well.

What has no plain form (a matrix, an unknown command) makes the whole formula stay TeX: half a
translation reads worse than none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_GREEK: Final = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι "
    "kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ "
    "omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_SIGNS: Final = (
    "times × cdot · div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ otimes ⊗ le ≤ leq ≤ ge ≥ "
    "geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ in ∈ notin ∉ ni ∋ "
    "subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ emptyset ∅ varnothing ∅ "
    "forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ to → rightarrow → "
    "leftarrow ← Rightarrow ⇒ Leftarrow ⇐ leftrightarrow ↔ Leftrightarrow ⇔ iff ⟺ implies ⟹ "
    "mapsto ↦ uparrow ↑ downarrow ↓ longrightarrow ⟶ sum ∑ prod ∏ int ∫ iint ∬ oint ∮ partial ∂ "
    "nabla ∇ infty ∞ ldots … cdots ⋯ dots … vdots ⋮ prime ′ degree ° angle ∠ perp ⊥ parallel ∥ "
    "mid ∣ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ "
    "lbrace { rbrace } vert | Vert ‖ top ⊤ bot ⊥ vdash ⊢ models ⊨ therefore ∴ because ∵ square □"
)
_FUNCTIONS: Final = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim max min sup inf "
    "det dim ker deg gcd arg Pr mod"
)
_SPACES: Final = {",": " ", ";": " ", ":": " ", "!": "", " ": " ", "quad": "  ", "qquad": "    "}
_IGNORED: Final = "left right big Big bigl bigr Bigl Bigr displaystyle textstyle limits nolimits"
_WRAPPERS: Final = (
    "text textbf textit textrm mathrm mathbf mathit mathsf operatorname boldsymbol mbox"
)
_ACCENTS: Final = {
    "hat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0304",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "tilde": "\u0303",
}
_DOUBLE: Final = str.maketrans("CHNPQRZ", "ℂℍℕℙℚℝℤ")
_SUPER: Final = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzT*′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ*′",
        strict=True,
    )
)
_SUB: Final = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_TOKEN: Final = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|\s+|([^\\{}^_&\s])", re.DOTALL)
_LONGEST: Final = 4_000
_DEEPEST: Final = 30


class _NoPlainFormError(Exception):
    """The formula holds what cannot be written as a line of text."""


@cache
def _symbols() -> dict[str, str]:
    words = f"{_GREEK} {_SIGNS}".split()
    return dict(zip(words[::2], words[1::2], strict=True))


def tex_text(source: str) -> str | None:
    """Return `source` in Unicode; None when it holds what has no plain form."""
    if len(source) > _LONGEST:
        return None
    try:
        text = _Formula(source).read(0)
    except _NoPlainFormError:
        return None
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip() or None


class _Formula:
    """Reads one formula from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = [match[0] for match in _TOKEN.finditer(source)]
        if "".join(self._tokens) != source:
            raise _NoPlainFormError
        self._at = 0

    def read(self, depth: int) -> str:
        """Read to the end of the group or of the formula."""
        if depth > _DEEPEST:
            raise _NoPlainFormError
        parts: list[str] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token == "}":
                if not depth:
                    raise _NoPlainFormError
                return "".join(parts)
            parts.append(self._one(token, depth))
        if depth:
            raise _NoPlainFormError
        return "".join(parts)

    def _next(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _argument(self, depth: int) -> str:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        if self._at >= len(self._tokens):
            raise _NoPlainFormError
        token = self._next()
        if token == "}":
            raise _NoPlainFormError
        return self._one(token, depth + 1).strip()

    def _one(self, token: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise _NoPlainFormError
        if token == "{":
            return self.read(depth + 1)
        if token == "^":
            return _raised(self._argument(depth), _SUPER, "^")
        if token == "_":
            return _raised(self._argument(depth), _SUB, "_")
        if token == "&":
            return " "
        if token.startswith("\\"):
            return self._command(token[1:], depth)
        return " " if token.isspace() else token

    def _command(self, name: str, depth: int) -> str:
        if name in _SPACES:
            return _SPACES[name]
        if name in _IGNORED.split():
            return ""
        if name == "\\":
            return "\n"
        if name in _symbols():
            return _symbols()[name]
        if name in _FUNCTIONS.split():
            return f"{name} "
        if len(name) == 1 and not name.isalpha():
            return {"|": "‖"}.get(name, name)
        return self._with_arguments(name, depth)

    def _with_arguments(self, name: str, depth: int) -> str:
        if name in ("frac", "dfrac", "tfrac"):
            return f"{_grouped(self._argument(depth))}/{_grouped(self._argument(depth))}"
        if name == "sqrt":
            if self._tokens[self._at : self._at + 1] == ["["]:
                raise _NoPlainFormError
            return f"√{_grouped(self._argument(depth))}"
        if name == "mathbb":
            return self._argument(depth).translate(_DOUBLE)
        if name in _WRAPPERS.split():
            return self._argument(depth)
        if name in _ACCENTS:
            inner = self._argument(depth)
            if len(inner) != 1:
                raise _NoPlainFormError
            return inner + _ACCENTS[name]
        if name == "boxed":
            return f"[{self._argument(depth)}]"
        raise _NoPlainFormError


def _raised(text: str, letters: dict[str, str], mark: str) -> str:
    if text and all(char in letters for char in text):
        return "".join(letters[char] for char in text)
    if text in ("∘", "°") and mark == "^":
        return "°"
    return mark + _grouped(text)


def _grouped(text: str) -> str:
    simple = len(text) == 1 or re.fullmatch(r"[\w.]+|[\w]+[⁰-⁹₀-₉²³¹]*", text)
    return text if simple else f"({text})"
