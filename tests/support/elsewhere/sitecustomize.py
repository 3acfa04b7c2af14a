"""On the path of Python, this moves every program to another day and takes its network away.

Only the day a program reads off the clock changes; how long things take does not.
"""

import ctypes
import datetime
import gc
import os
import socket
import time

_SECONDS = float(os.environ.get("ELSEWHERE_SECONDS", "0"))
_now, _now_ns, _connect, _strftime = time.time, time.time_ns, socket.socket.connect, time.strftime


def _at_present(function):
    """A function of `time` that takes the moved present where no time is given."""
    return lambda seconds=None: function(time.time() if seconds is None else seconds)


def _replace_methods(kind, **methods):
    """Give a class written in C other class methods; a class in its place would not be the one others know."""
    gc.get_referents(kind.__dict__)[0].update({name: classmethod(method) for name, method in methods.items()})
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def _refuse(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        raise OSError(101, "Network is unreachable", str(address))
    return _connect(self, address)


if _SECONDS:
    time.time = lambda: _now() + _SECONDS
    time.time_ns = lambda: _now_ns() + int(_SECONDS) * 10**9
    time.localtime, time.gmtime, time.ctime = map(_at_present, (time.localtime, time.gmtime, time.ctime))
    time.strftime = lambda form, moment=None: _strftime(form, time.localtime() if moment is None else moment)
    _replace_methods(datetime.date, today=lambda cls: cls.fromtimestamp(time.time()))
    _replace_methods(
        datetime.datetime,
        now=lambda cls, tz=None: cls.fromtimestamp(time.time(), tz),
        today=lambda cls: cls.fromtimestamp(time.time()),
        utcnow=lambda cls: cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None),
    )
    socket.socket.connect = _refuse
