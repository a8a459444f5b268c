"""The colours. Grey while nothing is wrong; red for alarms, blue for faults, yellow for warnings, magenta for drills.

Colour is never the only sign: every state has a symbol and a word too.
"""

from __future__ import annotations

from textual.theme import Theme

URGENT = "bold $warning-text on $warning"
"""The style of what must not be overlooked on a screen that is no alarm's."""

DRILL = "bold $drill-text on $drill"
"""The style of what says that something is a drill."""

ROOM = Theme(
    name="guardroom",
    primary="#8a8f94",
    secondary="#8a8f94",
    accent="#d0d4d8",
    warning="#e6c229",
    error="#c4161c",
    success="#8a8f94",
    foreground="#d4d7da",
    background="#1e2124",
    surface="#1e2124",
    panel="#272b2f",
    dark=True,
    variables={
        "quiet": "#a4a9ae",
        "frame": "#5b6167",
        "key": "#ffffff",
        "alarm": "#c4161c",
        "alarm-text": "#ffffff",
        "alarm-muted": "#ff8a84",
        "fault": "#0b4fa8",
        "fault-text": "#ffffff",
        "fault-muted": "#8ab8f5",
        "warning-text": "#000000",
        "test": "#4fc3d9",
        "drill": "#d670d6",
        "drill-text": "#000000",
        "border": "#5b6167",
        "border-blurred": "#5b6167",
    },
)
"""For terminals with many colours."""

CONSOLE = Theme(
    name="guardroom-console",
    ansi=True,
    primary="ansi_white",
    secondary="ansi_white",
    accent="ansi_bright_white",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_white",
    foreground="ansi_white",
    background="ansi_black",
    surface="ansi_black",
    panel="ansi_black",
    boost="ansi_black",
    dark=True,
    variables={
        "quiet": "ansi_white",
        "frame": "ansi_white",
        "key": "ansi_bright_white",
        "alarm": "ansi_red",
        "alarm-text": "ansi_bright_white",
        "alarm-muted": "ansi_bright_red",
        "fault": "ansi_blue",
        "fault-text": "ansi_bright_white",
        "fault-muted": "ansi_bright_cyan",
        "warning-text": "ansi_black",
        "test": "ansi_cyan",
        "drill": "ansi_magenta",
        "drill-text": "ansi_black",
        "border": "ansi_white",
        "border-blurred": "ansi_white",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "none",
        "input-selection-background": "ansi_white",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_white",
        "screen-selection-foreground": "ansi_black",
    },
)
"""For the Linux console: sixteen colours, and only letters and signs that its fonts have."""
