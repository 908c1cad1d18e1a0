"""Korean text becomes the phonemes Kokoro speaks: spelling -> standard pronunciation -> symbols.

:func:`pronounce` respells each eojeol as it sounds (Standard Pronunciation, Notice 2017-13 of the Ministry
of Culture, articles 5 to 30; the article is named at each rule); :func:`phonemes` turns that into symbols of
Kokoro's vocabulary. The one thing to get wrong: rules that need to know the word (tensification inside
Sino-Korean words, inserted ㄴ) are a table of respellings, and numbers must already be written out.
"""

import unicodedata
from collections.abc import Callable
from itertools import pairwise

from samples.make.hangul import Syllable, is_syllable, take_apart

# Word-bound pronunciations that spelling does not show (articles 23, 26, 28, 29).
RESPELLED = {
    "갈등": "갈뜽",
    "결정": "결쩡",
    "글자": "글짜",
    "문제점": "문제쩜",
    "발달": "발딸",
    "발전": "발쩐",
    "사건": "사껀",
    "설득": "설뜩",
    "성과": "성꽈",
    "실제": "실쩨",
    "실질적": "실찔쩍",
    "열정": "열쩡",
    "일정": "일쩡",
    "조건": "조껀",
    "절대": "절때",
    "철도": "철또",
    "초점": "초쩜",
    "평가": "평까",
    "할게": "할께",
    "활동": "활똥",
    "을게": "을께",
    "릴게": "릴께",
}
# Nouns that end in 의; any other 의 that ends an eojeol is the particle, said [에] (article 5, proviso 4).
_NOUNS_IN_UI = ("회의", "협의", "논의", "동의", "문의", "강의", "건의", "합의", "심의", "편의", "정의")
_BODIES = ("위원회의", "협의회의", "좌담회의", "간담회의", "토론회의")

_LIAISON = {
    "ㄳ": ("ㄱ", "ㅆ"),
    "ㄵ": ("ㄴ", "ㅈ"),
    "ㄶ": ("", "ㄴ"),
    "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"),
    "ㄽ": ("ㄹ", "ㅆ"),
    "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"),
    "ㅀ": ("", "ㄹ"),
    "ㅄ": ("ㅂ", "ㅆ"),
    "ㅎ": ("", "ㅇ"),
}
_PALATALISED = {"ㄷ": ("", "ㅈ"), "ㅌ": ("", "ㅊ"), "ㄾ": ("ㄹ", "ㅊ")}
_NEUTRAL = {
    **dict.fromkeys("ㄲㅋㄳㄺ", "ㄱ"),
    **dict.fromkeys("ㅅㅆㅈㅊㅌㅎ", "ㄷ"),
    **dict.fromkeys("ㅍㅄㄿ", "ㅂ"),
    **dict.fromkeys("ㄵㄶ", "ㄴ"),
    **dict.fromkeys("ㄼㄽㄾㅀ", "ㄹ"),
    "ㄻ": "ㅁ",
}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
# What remains of a coda, and what ㅎ after it becomes (article 12, notes 1 and 2).
_BEFORE_H = {
    **dict.fromkeys("ㄱㄲㅋㄳ", ("", "ㅋ")),
    "ㄺ": ("ㄹ", "ㅋ"),
    **dict.fromkeys("ㄷㅅㅆㅊㅌ", ("", "ㅌ")),
    "ㅈ": ("", "ㅊ"),
    "ㄵ": ("ㄴ", "ㅊ"),
    **dict.fromkeys("ㅂㅍㅄ", ("", "ㅍ")),
    "ㄼ": ("ㄹ", "ㅍ"),
}
_H_CODAS = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}
_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
# Codas after which a plain onset becomes tense (articles 23 to 25).
_TENSING = frozenset("ㄱㄲㅋㄳㄺㄷㅅㅆㅈㅊㅌㅂㅍㄼㄿㅄㄵㄾ")
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
# Bound nouns whose onset is tense after the adnominal ending -(으)ㄹ (article 27).
_BOUND_NOUNS = ("것", "거", "게", "건", "걸", "겁", "수", "데", "바", "줄", "지", "듯")

# These symbols are not a phonetician's: each is the one of several tried that a recogniser heard best.
_ONSET_SYMBOLS: dict[str, str] = {
    **dict(zip("ㄱㄷㅂㅈ", ("k", "t", "p", "ʨ"), strict=True)),
    **dict(zip("ㄲㄸㅃㅉ", ("k", "t", "p", "ʨ"), strict=True)),
    **dict(zip("ㅋㅌㅍㅊ", ("kʰ", "tʰh", "pʰ", "tɕh"), strict=True)),
    **dict(zip("ㄴㅁㄹㅅㅆㅎㅇ", ("n", "m", "ɾ", "s", "s", "h", ""), strict=True)),
}
_VOICED = {"ㄱ": "ɡ", "ㄷ": "d", "ㅂ": "b", "ㅈ": "ʥ"}
_CODA_SYMBOLS: dict[str, str] = dict(zip(["", *"ㄱㄴㄷㄹㅁㅂㅇ"], ["", *"knʔlmpŋ"], strict=True))
_SONORANT_CODAS = frozenset(["", *"ㄴㄹㅁㅇ"])
_NUCLEUS_SYMBOLS: dict[str, str] = {
    **dict(zip("ㅏㅐㅓㅔㅗㅜㅡㅣ", ("a", "ɛ", "ɔ", "e", "o", "u", "ɯ", "i"), strict=True)),
    **dict(zip("ㅑㅒㅕㅖㅛㅠ", ("ja", "jɛ", "jʌ", "je", "jo", "ju"), strict=True)),
    **dict(zip("ㅘㅙㅚㅞㅝㅟㅢ", ("wa", "wɛ", "wɛ", "wɛ", "wɔ", "ɥi", "ɰi"), strict=True)),
}
# Where the usual symbol of a nucleus is misheard after an onset.
_NUCLEUS_AFTER = {("ㅈ", "ㅓ"): "ʌ", ("ㅉ", "ㅓ"): "ʌ", ("ㄱ", "ㅟ"): "ʋi", ("ㅇ", "ㅟ"): "wi"}
_PUNCTUATION = frozenset(",.!?…")


def phonemes(text: str) -> str:
    """Kokoro symbols for Korean ``text``: eojeols apart by one space, sentence punctuation kept.

    Raises:
        ValueError: the text holds something that has no reading, such as a digit or a Latin letter.
    """
    return " ".join(_symbols(eojeol) for eojeol in pronounce(text).split())


def pronounce(text: str) -> str:
    """``text`` respelled as it sounds: 협력 -> 혐녁. Punctuation and spaces stay where they are."""
    eojeols = [_respell(eojeol) for eojeol in unicodedata.normalize("NFC", text).split()]
    for before, after in pairwise(eojeols):
        _tense_bound_noun(before, after)
    return " ".join(_apply_rules(eojeol) for eojeol in eojeols)


Sounds = list[Syllable | str]
"""An eojeol: syllables, and punctuation as it stands."""


def _respell(eojeol: str) -> Sounds:
    for spelling, sound in RESPELLED.items():
        eojeol = eojeol.replace(spelling, sound)
    sounds = [_read(char) for char in eojeol]
    word = "".join(str(sound) for sound in sounds if isinstance(sound, Syllable))
    if _ends_in_particle_ui(word):
        last = max(index for index, sound in enumerate(sounds) if isinstance(sound, Syllable))
        sounds[last] = Syllable("ㅇ", "ㅔ")
    return sounds


def _read(char: str) -> Syllable | str:
    if is_syllable(char):
        return take_apart(char)
    if char in _PUNCTUATION:
        return char
    raise ValueError(f"no reading for {char!r}: write it out in Hangul")


def _ends_in_particle_ui(word: str) -> bool:
    if len(word) < 2 or not word.endswith("의"):
        return False
    return word.endswith(_BODIES) or not word.endswith(_NOUNS_IN_UI)


def _tense_bound_noun(before: Sounds, after: Sounds) -> None:
    tail, head = before[-1], after[0]
    if not isinstance(tail, Syllable) or not isinstance(head, Syllable) or tail.coda != "ㄹ":
        return
    if str(head) in _BOUND_NOUNS:
        head.onset = _TENSE[head.onset]


def _apply_rules(sounds: Sounds) -> str:
    for left, right in pairwise(sounds):
        if isinstance(left, Syllable) and isinstance(right, Syllable):
            for rule in _BOUNDARY_RULES:
                rule(left, right)
    for sound in sounds:
        if isinstance(sound, Syllable):
            sound.coda = _NEUTRAL.get(sound.coda, sound.coda)
            _simplify_nucleus(sound)
    return "".join(str(sound) for sound in sounds)


def _palatalise(left: Syllable, right: Syllable) -> None:
    """굳이 -> 구지, 같이 -> 가치, 닫히다 -> 다치다 (article 17)."""
    if right.nucleus not in "ㅣㅕ":
        return
    if right.onset == "ㅇ" and left.coda in _PALATALISED:
        left.coda, right.onset = _PALATALISED[left.coda]
    elif right.onset == "ㅎ" and left.coda == "ㄷ":
        left.coda, right.onset = "", "ㅊ"


def _aspirate(left: Syllable, right: Syllable) -> None:
    """좋다 -> 조타, 입학 -> 이팍, 못하다 -> 모타다, 싫소 -> 실쏘 (article 12)."""
    if right.onset == "ㅎ" and left.coda in _BEFORE_H:
        left.coda, right.onset = _BEFORE_H[left.coda]
    elif left.coda in _H_CODAS and right.onset in _ASPIRATED:
        left.coda, right.onset = _H_CODAS[left.coda], _ASPIRATED[right.onset]
    elif left.coda in _H_CODAS and right.onset == "ㅅ":
        left.coda, right.onset = _H_CODAS[left.coda], "ㅆ"


def _link(left: Syllable, right: Syllable) -> None:
    """옷이 -> 오시, 없어 -> 업써, 많아 -> 마나 (articles 12 to 14)."""
    if right.onset != "ㅇ" or left.coda in ("", "ㅇ"):
        return
    left.coda, right.onset = _LIAISON.get(left.coda, ("", left.coda))


def _tensify(left: Syllable, right: Syllable) -> None:
    """국밥 -> 국빱, 앉고 -> 안꼬, 넓게 -> 널께, 맑게 -> 말께 (articles 11, 23, 25)."""
    if left.coda not in _TENSING or right.onset not in _TENSE:
        return
    if left.coda == "ㄺ" and right.onset == "ㄱ":
        left.coda = "ㄹ"
    right.onset = _TENSE[right.onset]


def _nasalise(left: Syllable, right: Syllable) -> None:
    """국민 -> 궁민, 협력 -> 혐녁, 정류장 -> 정뉴장 (articles 18 and 19)."""
    coda = _NEUTRAL.get(left.coda, left.coda)
    if right.onset == "ㄹ" and coda in "ㄱㄷㅂㅁㅇ" and coda:
        right.onset = "ㄴ"
    if right.onset in "ㄴㅁ" and coda in _NASAL:
        left.coda = _NASAL[coda]


def _lateralise(left: Syllable, right: Syllable) -> None:
    """신라 -> 실라, 칼날 -> 칼랄, 뚫는 -> 뚤른 (article 20)."""
    coda = _NEUTRAL.get(left.coda, left.coda)
    if (coda, right.onset) in {("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")}:
        left.coda, right.onset = "ㄹ", "ㄹ"


_BOUNDARY_RULES: tuple[Callable[[Syllable, Syllable], None], ...] = (
    _palatalise,
    _aspirate,
    _link,
    _tensify,
    _nasalise,
    _lateralise,
)


def _simplify_nucleus(syllable: Syllable) -> None:
    """희망 -> 히망, 가져 -> 가저, 계획 -> 게획 (article 5, provisos 1 to 3)."""
    if syllable.nucleus == "ㅢ" and syllable.onset != "ㅇ":
        syllable.nucleus = "ㅣ"
    elif syllable.nucleus == "ㅕ" and syllable.onset in "ㅈㅉㅊ":
        syllable.nucleus = "ㅓ"
    elif syllable.nucleus == "ㅖ" and syllable.onset not in "ㅇㄹ":
        syllable.nucleus = "ㅔ"


def _symbols(eojeol: str) -> str:
    symbols: list[str] = []
    before: Syllable | None = None
    for char in eojeol:
        syllable = take_apart(char) if is_syllable(char) else None
        symbols.append(_syllable_symbols(before, syllable) if syllable else char)
        before = syllable
    return "".join(symbols).replace("ls", "ɾs")


def _syllable_symbols(before: Syllable | None, syllable: Syllable) -> str:
    usual = _NUCLEUS_SYMBOLS[syllable.nucleus]
    nucleus = _NUCLEUS_AFTER.get((syllable.onset, syllable.nucleus), usual)
    return _onset_symbol(before, syllable, nucleus) + nucleus + _CODA_SYMBOLS[syllable.coda]


def _onset_symbol(before: Syllable | None, syllable: Syllable, nucleus: str) -> str:
    onset = syllable.onset
    if before and before.coda in _SONORANT_CODAS and onset in _VOICED:
        return _VOICED[onset]
    if onset == "ㄹ" and before and before.coda == "ㄹ":
        return "l"
    if onset in "ㅅㅆ" and nucleus[0] in "ijɥ":
        return "ɕ"
    if onset == "ㅊ" and before and before.coda:
        return "ʨʰ"
    return _ONSET_SYMBOLS[onset]
