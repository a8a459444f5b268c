"""Letters of five rows, to be read from the other end of the guard room (about 4 m).

Only one block character is used, one that the fonts of every terminal have: `█` is in code page 437 and so in
the Linux console's fonts too; callers on poorer terminals pass `#`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

ROWS = 5
"""How many rows a line of big letters takes."""

FULL_BLOCK = "█"
_GAP = 1
_WIDEST_SCALE = 2

_DRAWN = """
A:.###.|#...#|#####|#...#|#...#
B:####.|#...#|####.|#...#|####.
C:.####|#....|#....|#....|.####
D:####.|#...#|#...#|#...#|####.
E:#####|#....|####.|#....|#####
F:#####|#....|####.|#....|#....
G:.####|#....|#..##|#...#|.####
H:#...#|#...#|#####|#...#|#...#
I:###|.#.|.#.|.#.|###
J:..###|...#.|...#.|#..#.|.##..
K:#...#|#..#.|###..|#..#.|#...#
L:#....|#....|#....|#....|#####
M:#...#|##.##|#.#.#|#...#|#...#
N:#...#|##..#|#.#.#|#..##|#...#
O:.###.|#...#|#...#|#...#|.###.
P:####.|#...#|####.|#....|#....
Q:.###.|#...#|#.#.#|#..#.|.##.#
R:####.|#...#|####.|#..#.|#...#
S:.####|#....|.###.|....#|####.
T:#####|..#..|..#..|..#..|..#..
U:#...#|#...#|#...#|#...#|.###.
V:#...#|#...#|#...#|.#.#.|..#..
W:#...#|#...#|#.#.#|##.##|#...#
X:#...#|.#.#.|..#..|.#.#.|#...#
Y:#...#|.#.#.|..#..|..#..|..#..
Z:#####|...#.|..#..|.#...|#####
Æ:.######|#..#...|#######|#..#...|#..####
Ø:.####|#..##|#.#.#|##..#|####.
Å:..#..|.....|.###.|#####|#...#
0:.##.|#..#|#..#|#..#|.##.
1:.#.|##.|.#.|.#.|###
2:####.|....#|.###.|#....|#####
3:####.|....#|.###.|....#|####.
4:#..#.|#..#.|#####|...#.|...#.
5:#####|#....|####.|....#|####.
6:.###.|#....|####.|#...#|.###.
7:#####|....#|...#.|..#..|..#..
8:.###.|#...#|.###.|#...#|.###.
9:.###.|#...#|.####|....#|.###.
.:..|..|..|##|##
-:....|....|####|....|....
/:....#|...#.|..#..|.#...|#....
,:..|..|..|.#|#.
+:.....|..#..|#####|..#..|.....
(:.#|#.|#.|#.|.#
):#.|.#|.#|.#|#.
_:....|....|....|....|####
"""


def drawing_block(console: bool) -> str:
    """What to draw with: `#` on a Linux console, where a font of one's own may lack everything but letters."""
    return "#" if console else FULL_BLOCK


def _glyphs() -> dict[str, tuple[str, ...]]:
    drawn = {line[0]: tuple(line[2:].split("|")) for line in _DRAWN.strip().splitlines()}
    drawn["'"] = ("#", "#", ".", ".", ".")
    drawn[":"] = (".", "#", ".", "#", ".")
    drawn[" "] = ("...",) * ROWS
    return drawn


_GLYPHS = _glyphs()


def _fold(text: str) -> str | None:
    """`text` in the letters that are drawn, accents taken off; None where a character cannot be drawn."""
    folded: list[str] = []
    for character in unicodedata.normalize("NFC", text).upper():
        if character not in _GLYPHS:
            # NFD and not NFKD: "½" must not become "1".
            character = unicodedata.normalize("NFD", character)[:1]
        if character not in _GLYPHS:
            return None
        folded.append(character)
    return "".join(folded)


def _width(letters: str, scale: int) -> int:
    pixels = sum(len(_GLYPHS[letter][0]) for letter in letters) + _GAP * (len(letters) - 1)
    return pixels * scale


def _draw(letters: str, scale: int, block: str) -> str:
    gap = " " * (_GAP * scale)
    rows = []
    for row in range(ROWS):
        cells = (_GLYPHS[letter][row] for letter in letters)
        rows.append(gap.join(cell.replace(".", " " * scale).replace("#", block * scale) for cell in cells))
    return "\n".join(rows)


@lru_cache(maxsize=256)
def big(text: str, width: int, *shorter: str, block: str = FULL_BLOCK) -> str:
    """`text` in big letters at most `width` columns wide, rows separated by line ends and all equally long.

    Where `text` is too wide or has characters that cannot be drawn, the first of `shorter` that fits is drawn (a
    room's id, for instance); where none fits, one row comes back: `text` in spaced capitals, plain capitals or
    cut, whichever fits. Short names are drawn twice as wide, since a terminal's cells are twice as tall as wide.
    """
    for candidate in (text, *shorter):
        letters = _fold(" ".join(candidate.split()))
        if not letters:
            continue
        for scale in range(_WIDEST_SCALE, 0, -1):
            if _width(letters, scale) <= width:
                return _draw(letters, scale, block)
    plain = " ".join(text.split()).upper()
    spaced = " ".join(plain)
    return spaced if cell_len(spaced) <= width else set_cell_size(plain, min(cell_len(plain), max(width, 0)))
