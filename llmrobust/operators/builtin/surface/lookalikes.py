"""Tables of characters that are taken for others.

Written for llmrobust, Apache-2.0: what text recognition confuses, what leetspeak writes, and letters of other scripts
with the same shape (from the shapes of the Unicode letters themselves).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OCR: Mapping[str, Sequence[str]] = {
    "rn": ("m",), "m": ("rn",), "cl": ("d",), "d": ("cl",), "vv": ("w",), "w": ("vv",), "ri": ("n",), "li": ("h",),
    "l": ("1", "I"), "I": ("l", "1"), "i": ("1", "l"), "O": ("0", "Q"), "o": ("0",), "S": ("5",), "s": ("5",),
    "B": ("8",), "Z": ("2",), "z": ("2",), "g": ("9", "q"), "q": ("9", "g"), "b": ("6", "h"), "h": ("b",), "e": ("c",),
    "c": ("e",), "u": ("v",), "v": ("u",), "G": ("6", "C"), "T": ("7",), "t": ("f",), "f": ("t",), "n": ("ri",),
    "D": ("O",), "E": ("F",), "P": ("R",),
}  # fmt: skip
LEET: Mapping[str, Sequence[str]] = {
    "a": ("4", "@"), "A": ("4", "@"), "b": ("8",), "B": ("8",), "e": ("3",), "E": ("3",), "g": ("9", "6"),
    "G": ("6",), "i": ("1", "!"), "I": ("1", "!"), "l": ("1", "|"), "L": ("1", "|"), "o": ("0",), "O": ("0",),
    "s": ("5", "$"), "S": ("5", "$"), "t": ("7",), "T": ("7",), "z": ("2",), "Z": ("2",), "c": ("(",),
    "C": ("(",), "x": ("%",), "X": ("%",),
}  # fmt: skip
HOMOGLYPHS: Mapping[str, Sequence[str]] = {
    "a": ("а",), "c": ("с",), "e": ("е",), "i": ("і",), "j": ("ј",), "o": ("о", "ο"), "p": ("р",), "s": ("ѕ",),
    "x": ("х",), "y": ("у",), "h": ("һ",), "v": ("ν",), "n": ("ո",), "u": ("ս",), "d": ("ԁ",), "q": ("ԛ",),
    "w": ("ԝ",), "A": ("А", "Α"), "B": ("В", "Β"), "C": ("С",), "E": ("Е", "Ε"), "H": ("Н", "Η"), "I": ("І", "Ι"),
    "J": ("Ј",), "K": ("К", "Κ"), "M": ("М", "Μ"), "N": ("Ν",), "O": ("О", "Ο"), "P": ("Р", "Ρ"), "S": ("Ѕ",),
    "T": ("Т", "Τ"), "X": ("Х", "Χ"), "Y": ("Υ",), "Z": ("Ζ",),
}  # fmt: skip
