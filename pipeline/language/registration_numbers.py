"""Registration numbers and the digits by which they can be checked."""

RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
"""Check digit 11 - (sum modulo 11), modulo 10: the rule for numbers given out until October 2020."""

BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
"""The last product's tens are added too; the check digit fills the sum up to tens (National Tax Service)."""


def resident_number_holds(digits: str) -> bool:
    """Whether thirteen digits begin with a birth date and the century's digit.

    The check digit is not asked for: numbers given out since October 2020 have none.
    """
    month, day = int(digits[2:4]), int(digits[4:6])
    return len(digits) == 13 and 1 <= month <= 12 and 1 <= day <= 31 and digits[6] in "12345678"


def resident_checksum_holds(digits: str) -> bool:
    """Whether thirteen digits are a resident registration number with its check digit."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, RESIDENT_WEIGHTS, strict=False))
    return resident_number_holds(digits) and (11 - total % 11) % 10 == int(digits[12])


def business_number_holds(digits: str) -> bool:
    """Whether ten digits are a business registration number."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, BUSINESS_WEIGHTS, strict=False))
    return (10 - (total + int(digits[8]) * 5 // 10) % 10) % 10 == int(digits[9])
