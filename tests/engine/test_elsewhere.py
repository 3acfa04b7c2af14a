"""The stand-in for another day and no network does what the tests that use it rely on."""

import os
import subprocess
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parents[1] / "support" / "elsewhere"
CODE = """
import datetime, socket, time
days = {str(datetime.date.today()), str(datetime.datetime.now())[:10], str(datetime.datetime.now(datetime.UTC))[:10],
        time.strftime("%Y-%m-%d"), time.strftime("%Y-%m-%d", time.localtime())}
print(*sorted(days), time.gmtime(0).tm_year, isinstance(datetime.datetime.now(), datetime.datetime))
try:
    socket.create_connection(("127.0.0.1", 9), timeout=5)
except OSError as error:
    print(error.errno)
"""


def test_the_clock_is_moved_and_the_network_is_closed():
    import datetime

    environment = os.environ | {"PYTHONPATH": str(PLACE), "ELSEWHERE_SECONDS": str(-400 * 86_400), "TZ": "UTC"}
    before = datetime.datetime.now(datetime.UTC).date()
    result = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    after = datetime.datetime.now(datetime.UTC).date()
    days = {str(day - datetime.timedelta(days=400)) for day in (before, after)}
    *told, epoch, kept, number = result.stdout.split()
    assert set(told) <= days and (epoch, kept, number) == ("1970", "True", "101")
