"""What TeX's commands stand for in Unicode, and how each kind of sign is spaced."""

from __future__ import annotations

from functools import cache
from typing import Final


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GREEK: Final = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι "
    "kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς "
    "tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π "
    "Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_ORDINARY: Final = (
    "partial ∂ nabla ∇ infty ∞ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ "
    "ldots … cdots ⋯ dots … dotsc … dotsb ⋯ vdots ⋮ ddots ⋱ prime ′ degree ° angle ∠ triangle △ "
    "hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ beth ℶ top ⊤ bot ⊥ square □ Box □ blacksquare ■ diamond ◇ "
    "bigstar ★ checkmark ✓ imath ı jmath ȷ wp ℘ dagger † ddagger ‡ S § P ¶ pounds £ copyright © "
    "vert | Vert ‖ backslash \\ heartsuit ♡ spadesuit ♠ clubsuit ♣ diamondsuit ♢ flat ♭ sharp ♯ "
    "natural ♮ surd √ complement ∁ mho ℧ eth ð therefore ∴ because ∵ QED ∎ qed ∎ lbrace { rbrace } "
    "R ℝ N ℕ Z ℤ Q ℚ C ℂ hslash ℏ varkappa ϰ lozenge ◊ Diamond ◇ bigcirc ◯ blacktriangle ▲ "
    "vartriangle △ bigtriangleup △ bigtriangledown ▽ euro € yen ¥ cent ¢ dag † ddag ‡ "
    "textregistered ® texttrademark ™ textdegree ° textmu µ texteuro € oe œ ae æ o ø "
    "aa å ss ß male ♂ female ♀"
)
_BINARY: Final = (
    "times × cdot · div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ "
    "oslash ⊘ odot ⊙ cup ∪ cap ∩ uplus ⊎ sqcup ⊔ sqcap ⊓ setminus ∖ smallsetminus ∖ land ∧ wedge ∧ "
    "lor ∨ vee ∨ wr ≀ amalg ⨿ rtimes ⋊ ltimes ⋉ bmod mod "
    "barwedge ⊼ veebar ⊻ intercal ⊺ triangleright ▷ triangleleft ◁"
)
_RELATIONS: Final = (
    "le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ "
    "simeq ≃ cong ≅ asymp ≍ doteq ≐ triangleq ≜ coloneqq ≔ propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ "
    "subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ supsetneq ⊋ sqsubseteq ⊑ sqsupseteq ⊒ prec ≺ "
    "preceq ⪯ succ ≻ succeq ⪰ to → rightarrow → gets ← leftarrow ← Rightarrow ⇒ Leftarrow ⇐ "
    "leftrightarrow ↔ Leftrightarrow ⇔ iff ⟺ implies ⟹ impliedby ⟸ mapsto ↦ longmapsto ⟼ "
    "uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ longrightarrow ⟶ longleftarrow ⟵ "
    "Longrightarrow ⟹ Longleftarrow ⟸ longleftrightarrow ⟷ Longleftrightarrow ⟺ "
    "hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightleftharpoons ⇌ rightsquigarrow ⇝ "
    "leadsto ⇝ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ perp ⊥ parallel ∥ nparallel ∦ mid ∣ nmid ∤ "
    "vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ bowtie ⋈ lesssim ≲ gtrsim ≳ nleq ≰ ngeq ≱ nsubseteq ⊈ "
    "vartriangleleft ⊲ trianglelefteq ⊴ "
    "lt < gt > twoheadrightarrow ↠ rightarrowtail ↣ multimap ⊸ leftrightharpoons ⇋ "
    "circlearrowleft ↺ circlearrowright ↻ curvearrowright ↷ curvearrowleft ↶ "
    "leftharpoonup ↼ leftharpoondown ↽ "
    "rightharpoondown ⇁ upharpoonright ↾ preccurlyeq ≼ succcurlyeq ≽ lll ⋘ ggg ⋙ approxeq ≊ nsim ≁ "
    "ncong ≇ ngtr ≯ nless ≮ Subset ⋐ Supset ⋑ nrightarrow ↛ nleftarrow ↚ Vdash ⊩ Vvdash ⊪ "
    "backepsilon ∍ smile ⌣ frown ⌢ between ≬ pitchfork ⋔ shortmid ∣ thickapprox ≈ varpropto ∝"
)
_OPENING: Final = "langle ⟨ lfloor ⌊ lceil ⌈ lbrack [ lvert | lVert ‖"
_CLOSING: Final = "rangle ⟩ rfloor ⌋ rceil ⌉ rbrack ] rvert | rVert ‖"
_LARGE: Final = (
    "sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ oiint ∯ oiiint ∰ bigcup ⋃ bigcap ⋂ "
    "bigoplus ⨁ bigotimes ⨂ bigodot ⨀ bigvee ⋁ bigwedge ⋀ bigsqcup ⨆ biguplus ⨄"
)
_FUNCTIONS: Final = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth sech csch arccot arcsec "
    "arccsc log ln lg exp dim ker deg arg hom mod sgn tr Tr rank diag erf Var Cov"
)
_LIMITS: Final = "lim max min sup inf limsup liminf det gcd Pr argmax argmin injlim projlim"

_NEGATED: Final = {"=": "≠", "∈": "∉", "∋": "∌", "⊂": "⊄", "⊃": "⊅", "⊆": "⊈", "⊇": "⊉", "≡": "≢"}
_OVERLAY: Final = "\u0338"

ACCENTS: Final = {
    **{"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305"},
    **{"vec": "\u20d7", "overrightarrow": "\u20d7", "dot": "\u0307", "ddot": "\u0308"},
    **{"tilde": "\u0303", "widetilde": "\u0303", "check": "\u030c", "breve": "\u0306"},
    **{"acute": "\u0301", "grave": "\u0300", "mathring": "\u030a", "underline": "\u0332"},
    **{"cancel": "\u0338", "not": _OVERLAY},
    **{"dddot": "\u20db", "overleftarrow": "\u20d6", "overleftrightarrow": "\u20e1"},
    **{"underbar": "\u0332", "utilde": "\u0330", "xcancel": "\u0336", "bcancel": "\u0336"},
    **{"sout": "\u0336"},
}
ARROWS: Final = {
    **{"xrightarrow": "⟶", "xleftarrow": "⟵", "xmapsto": "⟼", "xleftrightarrow": "⟷"},
    **{"xRightarrow": "⟹", "xLeftarrow": "⟸", "xhookrightarrow": "↪", "xrightleftharpoons": "⇌"},
}
FENCED: Final = {
    **{"boxed": "[]", "fbox": "[]", "abs": "||", "norm": "‖‖", "floor": "⌊⌋", "ceil": "⌈⌉"},
    **{"ket": "|⟩", "bra": "⟨|", "braket": "⟨⟩", "expval": "⟨⟩"},
}
"""What commands put around what they are given."""

DERIVATIVES: Final = {"dv": "d", "pdv": "∂"}
SPACES: Final = {
    **{
        ",": " ",
        ";": " ",
        ":": " ",
        ">": " ",
        **dict.fromkeys(" \n\t~", " "),
        "enspace": " ",
        "thinspace": " ",
    },
    **{"!": "", "quad": "  ", "qquad": "    ", "hfill": "  "},
}
IGNORED: Final = _names(
    "big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr displaystyle "
    "textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag hline mathstrut strut "
    "tiny small large Large huge rm bf it centering normalsize allowbreak relax /"
)
WITHOUT_ARGUMENT: Final = _names(
    "label hspace vspace color textcolor colorbox phantom hphantom vphantom"
)
"""Commands that, with what they are given, leave nothing to be seen."""

TEXTS: Final = _names("text textbf textit textrm texttt textsf textnormal mbox hbox pu unit si num")
UPRIGHT: Final = _names(
    "mathop mathbin mathrel mathord mathinner mathclap mathllap mathrlap ensuremath "
    "mathrm mathbf mathit mathsf mathtt boldsymbol bm pmb "
    "mathnormal smash"
)

_SUPER: Final = dict(
    zip(
        "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ*′″,†⊤∗",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ*′″,†ᵀ*",
        strict=True,
    )
)
_SUB: Final = dict(
    zip(
        "0123456789+−-=()aehijklmnoprstuvxβγρφχ,",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ,",
        strict=True,
    )
)

_HOLES: Final = {
    **dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    **{f"s{c}": r for c, r in zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)},
    **{f"f{c}": r for c, r in zip("CHIRZ", "ℭℌℑℜℨ", strict=True)},
}
_ALPHABETS: Final = {
    "mathbb": (0x1D538, "", True),
    "mathds": (0x1D538, "", True),
    "mathbbm": (0x1D538, "", True),
    "mathcal": (0x1D49C, "s", False),
    "mathscr": (0x1D49C, "s", False),
    "mathfrak": (0x1D504, "f", False),
}


@cache
def symbols() -> dict[str, tuple[str, str]]:
    """Return the sign and the kind of each command that stands for one.

    Kinds are ord, bin, rel, punct, open, close, op (a named function), limits (one with
    limits below it) and big (a large operator).
    """
    kinds = {"ord": f"{_GREEK} {_ORDINARY}", "bin": _BINARY, "rel": _RELATIONS, "big": _LARGE}
    kinds["punct"] = "colon :"
    kinds |= {"open": _OPENING, "close": _CLOSING}
    found: dict[str, tuple[str, str]] = {}
    for kind, names in kinds.items():
        words = names.split()
        found |= {name: (sign, kind) for name, sign in zip(words[::2], words[1::2], strict=True)}
    found |= {name: (name, "op") for name in _FUNCTIONS.split()}
    found |= {name: (name, "limits") for name in _LIMITS.split()}
    return found


def kind_of_sign(sign: str) -> str:
    """Return the kind of a sign that stands for itself."""
    for kind, signs in (("rel", "=<>≤≥≠≈→∈"), ("bin", "+-−*×±·"), ("punct", ",;"), ("open", "([")):
        if sign in signs:
            return kind
    return "close" if sign in ")]" else "ord"


def in_alphabet(text: str, name: str) -> str:
    """Return letters in the alphabet of `mathbb`, `mathcal`, `mathscr` or `mathfrak`."""
    start, hole, digits = _ALPHABETS[name]
    out: list[str] = []
    for char in text:
        if char.isascii() and char.isalpha():
            index = ord(char) - ord("A") if char.isupper() else 26 + ord(char) - ord("a")
            out.append(_HOLES.get(hole + char, chr(start + index)))
        elif digits and char.isascii() and char.isdigit():
            out.append(chr(0x1D7D8 + int(char)))
        else:
            out.append(char)
    return "".join(out)


def is_alphabet(name: str) -> bool:
    """Tell whether a command picks an alphabet."""
    return name in _ALPHABETS


def negated(sign: str) -> str:
    """Return a relation struck out."""
    return _NEGATED.get(sign, sign + _OVERLAY)


def raised(text: str) -> str | None:
    """Return `text` in small letters above the line; None when some have no such form."""
    if text in ("∘", "°"):
        return "°"
    return _small(text, _SUPER)


def lowered(text: str) -> str | None:
    """Return `text` in small letters below the line; None when some have no such form."""
    return _small(text, _SUB)


def _small(text: str, letters: dict[str, str]) -> str | None:
    small = [letters.get(char) for char in text]
    # A comma alone would not be seen to be small.
    if not text or text == "," or None in small:
        return None
    return "".join(char for char in small if char)
