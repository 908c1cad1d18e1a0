"""What telephone, resident, business and account numbers look like, whole and in part: tables of digits."""

import re
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from pipeline.language.personal_runs import Run
from pipeline.language.registration_numbers import (
    business_number_holds,
    resident_checksum_holds,
    resident_number_holds,
)


class Need(Enum):
    """What must be known of a run besides its digits."""

    NOTHING = "nothing"
    BANK = "a bank named right before"
    TALK = "talk of its kind"
    DEFAULT = "nothing that says that it is something else"
    SPOKEN = "that, and digits said one by one, or talk of some number"


class Form(NamedTuple):
    """A kind's ``digits``. Groups must end after as many of them as ``breaks`` says; ``check`` must hold."""

    kind: str
    rule: str
    digits: re.Pattern[str]
    need: Need
    breaks: frozenset[int] = frozenset()
    check: Callable[[str], bool] | None = None

    def fits(self, run: Run) -> bool:
        """Whether a run looks like this."""
        return bool(
            self.digits.fullmatch(run.digits)
            and self.breaks <= run.breaks
            and (self.check is None or self.check(run.digits))
        )


def _form(
    kind: str,
    rule: str,
    need: Need,
    digits: str,
    *breaks: int,
    check: Callable[[str], bool] | None = None,
) -> Form:
    return Form(kind, rule, re.compile(digits), need, frozenset(breaks), check)


_BIRTH = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT = rf"{_BIRTH}[1-8]\d{{6}}"
_MOBILE = "01[016789]"
_AREA = r"0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d|80)"

FORMS = (
    _form("account-number", "of-bank", Need.BANK, r"\d{9,16}"),
    _form("phone", "mobile", Need.NOTHING, rf"{_MOBILE}\d{{8}}", 3),
    _form("resident-number", "whole", Need.NOTHING, _RESIDENT, 6, check=resident_number_holds),
    _form("resident-number", "checked", Need.NOTHING, _RESIDENT, check=resident_checksum_holds),
    _form("business-number", "checked", Need.NOTHING, r"[1-9]\d{9}", 3, 5, check=business_number_holds),
    _form("phone", "mobile", Need.NOTHING, rf"{_MOBILE}\d{{7,8}}"),
    _form("phone", "international", Need.NOTHING, r"820?10\d{8}"),
    _form("phone", "area-code", Need.NOTHING, rf"{_AREA}\d{{7,8}}"),
    _form("phone", "national", Need.NOTHING, r"1[5-8]\d{6}", 4),
    _form("resident-number", "half", Need.NOTHING, rf"{_BIRTH}[1-8]", 6),
    _form("resident-number", "said-to-be", Need.TALK, rf"{_BIRTH}|{_RESIDENT}|[1-8]\d{{6}}"),
    _form("resident-number", "misheard", Need.TALK, r"\d{12,14}"),
    _form("business-number", "said-to-be", Need.TALK, r"\d{10}"),
    _form("account-number", "said-to-be", Need.TALK, r"\d{9,16}"),
    _form("phone", "mobile-in-part", Need.TALK, rf"{_MOBILE}\d{{3,4}}", 3),
    _form("phone", "local", Need.TALK, r"\d{7}", 3),
    _form("phone", "local", Need.TALK, r"\d{8}", 4),
    _form("phone", "misheard", Need.TALK, r"0\d{7,11}"),
    _form("phone", "said-to-be", Need.TALK, r"\d{6}|0\d{6}"),
    _form("address", "house-and-flat", Need.TALK, r"\d{6,7}", 3),
    _form("address", "house-and-flat", Need.TALK, r"\d{7,8}", 4),
    _form("business-number", "dictated", Need.SPOKEN, r"[1-9]\d{9}", 3, 5),
    _form("resident-number", "dictated", Need.SPOKEN, _BIRTH, 6),
    _form("resident-number", "dictated", Need.SPOKEN, _RESIDENT, check=resident_number_holds),
    _form("resident-number", "dictated", Need.SPOKEN, r"\d{13}", 6),
    _form("phone", "dictated", Need.SPOKEN, rf"{_MOBILE}\d{{4,8}}"),
    _form("phone", "dictated", Need.SPOKEN, r"\d{8}", 4),
    _form("phone", "dictated", Need.SPOKEN, r"\d{7}", 3),
    _form("business-number", "long", Need.DEFAULT, r"\d{10}", 10),
    _form("account-number", "long", Need.DEFAULT, r"\d{9,16}"),
)
"""Of each need the most telling first."""

PARTS = {
    "phone": {3, 4, 7, 8},
    "resident-number": {6, 7, 8, 9, 10},
    "business-number": {2, 3, 5},
    "account-number": {2, 3, 4, 5, 6, 7, 8},
    "car-plate": {2, 3, 4},
}
"""How many digits a part of a number has."""

BY_LENGTH = {
    3: "phone",
    4: "phone",
    5: "business-number",
    6: "resident-number",
    7: "resident-number",
    8: "phone",
}
"""What a part of so many digits is where nothing else tells."""
