"""Hangul syllables taken apart: what follows a final consonant, and how alike two spellings sound.

Recognisers write what they hear, so a misheard name differs from the right one by letters that sound alike.
Two texts are compared as they are pronounced, syllable by syllable: a syllable that is heard wrong still
keeps something of itself, while another word does not.
"""

from functools import lru_cache
from itertools import pairwise

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
FIRST, LAST = 0xAC00, 0xD7A3

Syllable = tuple[str, str, str]
"""Onset, nucleus and coda as compatibility jamo; another character is its own onset, with no nucleus."""

DIGIT_CODAS = dict(zip("0123456789", ("ㅇ", "ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", ""), strict=True))
"""Finals of 영 일 이 삼 사 오 육 칠 팔 구: a particle after a digit follows its reading."""

PARTICLES = (
    ("이에요", "예요"),
    ("으로", "로"),
    ("이나", "나"),
    ("이라", "라"),
    ("이란", "란"),
    ("이랑", "랑"),
    ("이며", "며"),
    ("이었", "였"),
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
)
"""Endings that depend on what precedes: the form after a consonant, that after a vowel; longest first."""

SPLIT_CODAS = {
    cluster: (stays, moves)
    for cluster, stays, moves in zip(
        "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ", "ㄱㄴㄴㄹㄹㄹㄹㄹㄹㄹㅂ", "ㅅㅈㅎㄱㅁㅂㅅㅌㅍㅎㅅ", strict=True
    )
}
NEUTRAL = dict(
    zip(
        "ㄱㄲㅋㄳㄺㄷㅅㅆㅈㅊㅌㅎㅂㅍㅄㄿㄵㄶㄻㄼㄽㄾㅀ",
        "ㄱㄱㄱㄱㄱㄷㄷㄷㄷㄷㄷㄷㅂㅂㅂㅂㄴㄴㅁㄹㄹㄹㄹ",
        strict=True,
    )
)
NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
ASPIRATE = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}

ALIKE: dict[frozenset[str], float] = {}
"""Cost of taking one jamo for another, where it is less than 1. The scale: 0.1 is heard by nobody, 0.4 is a
slip that recognisers make, 1 is another sound."""

for _cost, _groups in (
    (0.1, ("ㅐㅔ", "ㅒㅖ", "ㅙㅚㅞ", "ㅖㅔ")),
    (0.4, ("ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ", "ㄴㄹ", "ㄴㅁ", "ㅁㅂ", "ㅇㅎ", "ㄴㅇ", "ㅁㅇ")),
    (
        0.4,
        (
            "ㄱㄷ",
            "ㄱㅂ",
            "ㄷㅂ",
            "ㅢㅣ",
            "ㅢㅡ",
            "ㅢㅔ",
            "ㅟㅣ",
            "ㅘㅏ",
            "ㅝㅓ",
            "ㅑㅏ",
            "ㅕㅓ",
            "ㅛㅗ",
            "ㅠㅜ",
        ),
    ),
    (0.4, ("ㅗㅜ", "ㅡㅜ", "ㅡㅓ", "ㅗㅓ", "ㅕㅖ", "ㅚㅗ", "ㅐㅏ", "ㅔㅓ", "ㅐㅖ")),
):
    for _group in _groups:
        for _one in _group:
            for _other in _group:
                ALIKE.setdefault(frozenset((_one, _other)), 0.0 if _one == _other else _cost)

SILENT_COST = 0.6
"""A consonant too many or too few, at the start or the end of a syllable."""
SYLLABLE_COST = 1.5
"""A syllable too many or too few."""


@lru_cache(maxsize=4096)
def decompose(character: str) -> Syllable:
    """Onset, nucleus, coda of a syllable."""
    code = ord(character)
    if not FIRST <= code <= LAST:
        return character, "", ""
    onset, rest = divmod(code - FIRST, 588)
    nucleus, coda = divmod(rest, 28)
    return ONSETS[onset], NUCLEI[nucleus], CODAS[coda]


def compose(syllable: Syllable) -> str:
    """The character of a syllable; the inverse of :func:`decompose`."""
    onset, nucleus, coda = syllable
    if not nucleus:
        return onset
    return chr(FIRST + ONSETS.index(onset) * 588 + NUCLEI.index(nucleus) * 28 + CODAS.index(coda))


def coda(text: str) -> str | None:
    """The final consonant with which a text ends when read aloud, empty for a vowel; None where unknown."""
    last = text[-1:]
    if last and FIRST <= ord(last) <= LAST:
        return decompose(last)[2]
    return DIGIT_CODAS.get(last)


def attach(stem: str, ending: str) -> str:
    """``stem`` with a particle or copula in the form that its last sound asks for (-은/-는, -으로/-로)."""
    final = coda(stem)
    if final is None:
        return stem + ending
    for closed, opened in PARTICLES:
        for form in (closed, opened):
            if ending.startswith(form) and (len(closed) > 1 or ending[len(form) :] in MORE):
                right = opened if not final or (form in {"으로", "로"} and final == "ㄹ") else closed
                return stem + right + ending[len(form) :]
    return stem + ending


MORE = frozenset({"", "요", "만", "도", "의"})
"""What may follow a particle of one letter; before anything else 이 and 아 are no particles (이고, 아닌)."""


def sound(text: str, *, careless: bool = False) -> tuple[Syllable, ...]:
    """A text as it is pronounced: liaison, aspiration, neutral finals, nasalisation; one item a character.

    A simplification of the standard pronunciation (표준 발음법, articles 8 to 20): enough to compare with.
    ``careless`` also drops an ㅎ after ㄴ, ㄹ and ㅁ, as most people do (공론화 like 공로놔).
    """
    said = [list(decompose(character)) for character in text]
    for left, right in pairwise(said):
        if left[1] and right[1]:
            _meet(left, right, careless)
    for syllable in said:
        syllable[2] = NEUTRAL.get(syllable[2], syllable[2])
    for left, right in pairwise(said):
        _assimilate(left, right)
    return tuple((onset, nucleus, final) for onset, nucleus, final in said)


def _meet(left: list[str], right: list[str], careless: bool) -> None:
    final = left[2]
    stays, moves = SPLIT_CODAS.get(final, ("", final))
    if right[0] == "ㅇ" and final and final != "ㅇ":
        left[2] = stays
        right[0] = "ㅇ" if moves == "ㅎ" else moves
    elif careless and right[0] == "ㅎ" and final in {"ㄴ", "ㄹ", "ㅁ"}:
        left[2], right[0] = "", final
    elif right[0] == "ㅎ" and NEUTRAL.get(final, final) in ASPIRATE:
        left[2], right[0] = "", ASPIRATE[NEUTRAL.get(final, final)]
    elif moves == "ㅎ" and right[0] in ASPIRATE:
        left[2], right[0] = stays, ASPIRATE[right[0]]


def _assimilate(left: list[str], right: list[str]) -> None:
    if right[0] == "ㄹ" and left[2] in {"ㅁ", "ㅇ", "ㄱ", "ㄷ", "ㅂ"}:
        right[0] = "ㄴ"
    if right[0] in {"ㄴ", "ㅁ"} and left[2] in NASAL:
        left[2] = NASAL[left[2]]
    if (left[2], right[0]) in {("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")}:
        left[2], right[0] = "ㄹ", "ㄹ"


def distance(one: tuple[Syllable, ...], other: tuple[Syllable, ...], limit: float) -> float:
    """How unlike two pronunciations are, 0 for equal; anything above ``limit`` comes back as infinity.

    The least sum of costs over alignments of syllables, in which a syllable may be another only where the
    two are at least half alike.
    """
    row = [SYLLABLE_COST * column for column in range(len(other) + 1)]
    for syllable in one:
        before, row = row, [row[0] + SYLLABLE_COST]
        for column, counterpart in enumerate(other):
            change = before[column] + unlikeness(syllable, counterpart)
            row.append(min(change, before[column + 1] + SYLLABLE_COST, row[column] + SYLLABLE_COST))
        if min(row) > limit:
            return float("inf")
    return row[-1] if row[-1] <= limit else float("inf")


@lru_cache(maxsize=65536)
def sound_distance(one: str, other: str, limit: float) -> float:
    """How unlike two texts sound, said carefully or carelessly, whichever is nearer; see :func:`distance`."""
    return min(
        distance(sound(one, careless=careless), sound(other, careless=careless), limit)
        for careless in (False, True)
    )


@lru_cache(maxsize=65536)
def unlikeness(one: Syllable, other: Syllable) -> float:
    """Cost of hearing one syllable for another; infinity where they share too little."""
    if one == other:
        return 0.0
    if not one[1] or not other[1]:
        return float("inf")
    onset = _consonant(one[0].replace("ㅇ", ""), other[0].replace("ㅇ", ""))
    total = onset + ALIKE.get(frozenset((one[1], other[1])), 1.0) + _consonant(one[2], other[2])
    return total if total <= SYLLABLE_COST else float("inf")


def _consonant(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return ALIKE.get(frozenset((one, other)), 1.0) if one and other else SILENT_COST
