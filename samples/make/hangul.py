"""Syllables taken apart into letters, and put together again.

A Hangul syllable is arithmetic (Unicode Standard, section 3.12): ``0xAC00 + (onset * 21 + nucleus) * 28 +
coda``. Letters here are compatibility jamo, so that rules read as they are written in a grammar; no coda is
the empty string, and a vowel without a consonant has the silent onset ``ㅇ``.
"""

from dataclasses import dataclass

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_FIRST, _LAST = 0xAC00, 0xD7A3


@dataclass(slots=True)
class Syllable:
    """One syllable; pronunciation rules rewrite its letters in place."""

    onset: str
    nucleus: str
    coda: str = ""

    def __str__(self) -> str:
        index = (ONSETS.index(self.onset) * 21 + NUCLEI.index(self.nucleus)) * 28 + CODAS.index(self.coda)
        return chr(_FIRST + index)


def is_syllable(char: str) -> bool:
    """Whether one character is a precomposed Hangul syllable."""
    return _FIRST <= ord(char) <= _LAST


def take_apart(char: str) -> Syllable:
    """The letters of one precomposed syllable."""
    index = ord(char) - _FIRST
    return Syllable(ONSETS[index // 588], NUCLEI[index // 28 % 21], CODAS[index % 28])
