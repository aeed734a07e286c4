"""Options as an enumeration: `{{ options | choices }}` and mentions of its marks, `{{ options | labels }}`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llmrobust.prompt.sentinels import Mark, Marks

ROMAN = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
)  # fmt: skip
NUMBERINGS: dict[str, Callable[[int], str]] = {
    "1": lambda i: str(i + 1),
    "A": lambda i: chr(ord("A") + i),
    "a": lambda i: chr(ord("a") + i),
    "I": lambda i: ROMAN[i],
    "i": lambda i: ROMAN[i].lower(),
    "unicode_roman": lambda i: chr(0x2160 + i),
}
LONGEST = {"1": 10_000, "A": 26, "a": 26, "I": len(ROMAN), "i": len(ROMAN), "unicode_roman": 12}
WRAPPERS = ("(x)", "x.", "x)", "x )", "[x]", "<x>")


class EnumerationError(ValueError):
    """An enumeration that cannot be written: unknown numbering or wrapper, or too many options."""


def option_labels(count: int, numbering: str = "A") -> tuple[str, ...]:
    """The first `count` numbers of a numbering. Raises EnumerationError."""
    if numbering not in NUMBERINGS:
        raise EnumerationError(f'unknown numbering "{numbering}"; there are {", ".join(NUMBERINGS)}')
    if count > LONGEST[numbering]:
        raise EnumerationError(
            f'the numbering "{numbering}" ends at {LONGEST[numbering]}, and there are {count} options'
        )
    return tuple(NUMBERINGS[numbering](i) for i in range(count))


def wrapped(label: str, wrapper: str) -> str:
    """A number in its wrapper: "A" in "(x)" is "(A)". Raises EnumerationError."""
    if wrapper not in WRAPPERS:
        raise EnumerationError(f'unknown wrapper "{wrapper}"; there are {", ".join(WRAPPERS)}')
    return wrapper.replace("x", label)


def choices_filter(marks: Marks) -> Callable[..., str]:
    """The template filter that writes a list of options as an enumeration of typed parts."""

    def choices(
        options: Sequence[object], numbering: str = "A", wrapper: str = "x.", separator: str = " ", space: str = "\n"
    ) -> str:
        if isinstance(options, str):
            raise EnumerationError("choices needs a list of options, not a string")
        parts = []
        for i, (label, option) in enumerate(zip(option_labels(len(options), numbering), options, strict=True)):
            parts.append(
                marks.around(wrapped(label, wrapper), Mark("enumerator", label))
                + marks.around(separator, Mark("separator"))
                + marks.around(str(option), Mark("variable", f"options.{i}"))
            )
        return marks.around(space, Mark("space")).join(parts)

    return choices


def labels_filter(marks: Marks) -> Callable[..., str]:
    """The template filter that mentions an enumeration's numbers: "A, B or C"."""

    def labels(options: Sequence[object], numbering: str = "A", last: str = " or ") -> str:
        names = [marks.around(label, Mark("enumerator", label)) for label in option_labels(len(options), numbering)]
        between = [marks.around(text, Mark("text")) for text in (", ", last)]
        return between[0].join(names[:-1]) + (between[1] if len(names) > 1 else "") + "".join(names[-1:])

    return labels
