"""A module of speech-dispatcher that writes each text into the file it is given, a line a text, instead of speaking.

Run by speech-dispatcher: what it asks comes in, and is answered, by the protocol of its modules.
"""

import html
import re
import sys
import time
from pathlib import Path

ANSWERS = {
    "INIT": "299-ok\n299 OK LOADED SUCCESSFULLY",
    "LIST VOICES": "200-English\ten\tnone\n200-Chinese\tzh\tnone\n200 OK VOICE LIST SENT",
    "QUIT": "210 OK QUIT",
}
#: Commands with lines behind them, up to a dot: what is said first, and in the end
LONGER = {
    "AUDIO": ("207 OK RECEIVING AUDIO SETTINGS", "203 OK AUDIO INITIALIZED"),
    "LOGLEVEL": ("207 OK RECEIVING LOGLEVEL SETTINGS", "203 OK LOG LEVEL SET"),
    "SET": ("203 OK RECEIVING SETTINGS", "203 OK SETTINGS RECEIVED"),
    **dict.fromkeys(("SPEAK", "CHAR", "KEY", "SOUND_ICON"), ("202 OK RECEIVING MESSAGE", "200 OK SPEAKING")),
}
#: Seconds between two answers: what comes in one piece with the answer before it is not seen by speech-dispatcher
BREATH = 0.04


def lines_behind() -> list[str]:
    """The lines that belong to a command."""
    found = []
    while (line := sys.stdin.readline()) and line != ".\n":
        found.append(line.rstrip("\n").removeprefix(".") if line.startswith("..") else line.rstrip("\n"))
    return found


def main(log: Path) -> None:
    """Answer until there is nothing more, and write what is to be spoken."""
    log.touch()
    while line := sys.stdin.readline():
        command = line.strip()
        if command in LONGER:
            first, last = LONGER[command]
            print(first, flush=True)
            said = lines_behind()
            print(last, flush=True)
            if first.startswith("202"):
                text = html.unescape(re.sub("<[^>]*>", "", " ".join(said)))
                with log.open("a", encoding="utf-8") as file:
                    file.write(f"{' '.join(text.split())}\n")
                for event in ("701 BEGIN", "702 END"):
                    time.sleep(BREATH)
                    print(event, flush=True)
        elif command not in ("STOP", "PAUSE"):
            known = next((answer for name, answer in ANSWERS.items() if command.startswith(name)), "200 OK")
            print(known, flush=True)
            if command == "QUIT":
                return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
