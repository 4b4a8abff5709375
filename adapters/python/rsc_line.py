"""rsc-line 1 (docs/rsc-line.md) for a coalescer in Python: a class of your own, and serve(hello, coalescer).

One module, only the standard library. The coalescer has the methods below. It may indicate to `out` at any time, also
inside receive: the frames wait for the next answer.

    reset()                    forget all state; RSC on for both IP versions, URO off, receive checksum offload on
    receive(frame, marks, out) a frame (bytes) has arrived; marks: {"csum": "partial"}, {"ipsec": "1"}, mostly {}
    end_of_dpc(out)
    set(settings, out)         {"rsc4": True, "features": "NAME,.."}, only what hello announces: indicate what is due.
                               Return False and change nothing if it is not supported. This method and those below
                               may be missing: the answer is then UNSUPPORTED
    statistics()               (pkts, octets, events, aborts)
    tick(us, out)              time passes (hello: boundary=timer interval=US)
"""

import sys

SWITCHES = ("rsc4", "rsc6", "uro", "rxcsum")


class Answer:
    """The frames indicated since the last answer, or the error that replaces them."""

    def __init__(self):
        self._lines, self._error = [], None

    def indicate(self, frame, **keys):
        """A frame, with the out-of-band keys that the coalescer reports: indicate(frame, seg=2, ipcsum="ok")."""
        self._lines.append(" ".join(["IND", bytes(frame).hex()] + ["%s=%s" % pair for pair in keys.items()]))

    def error(self, text):
        """The next answer is ERR with this text, and the vector an error. The first one is kept."""
        self._error = self._error or " ".join(str(text).split()) or "error"

    def take(self):
        lines = ["ERR " + self._error] if self._error else self._lines + ["."]
        self._lines, self._error = [], None
        return lines


def _pairs(words):
    return {key: value for key, _, value in (word.partition("=") for word in words)}


def _receive(coalescer, words, out):
    try:
        frame = bytes.fromhex(words[0])
    except (IndexError, ValueError):
        out.error("RX takes an even number of hex digits")
        return
    coalescer.receive(frame, _pairs(words[1:]), out)


def _set(coalescer, words, hello, out):
    """Whether all settings are known, and were announced."""
    settings, announced = {}, hello.split()
    for key, value in _pairs(words).items():
        if "set=off" in announced if key in ("rsc4", "rsc6") else key + "=on" not in announced:
            return False
        if key == "features":
            settings[key] = value
        elif key in SWITCHES and value in ("on", "off"):
            settings[key] = value == "on"
        else:
            return False
    return hasattr(coalescer, "set") and coalescer.set(settings, out) is not False


def _answer(coalescer, command, words, hello, out):
    """The lines that answer a command. Throws nothing of its own."""
    if command == "HELLO":
        return ["HELLO rsc-line 1 " + hello]
    if command == "RESET":
        coalescer.reset()
        out.take()
        return ["."]
    if command == "DPC":
        coalescer.end_of_dpc(out)
        return out.take()
    if command == "SET" and _set(coalescer, words, hello, out):
        return out.take()
    if command == "TICK" and hasattr(coalescer, "tick"):
        coalescer.tick(int(words[0]), out)
        return out.take()
    if command == "STATS" and hasattr(coalescer, "statistics"):
        return ["STATS pkts=%d octets=%d events=%d aborts=%d" % tuple(coalescer.statistics())]
    return ["UNSUPPORTED"]


def serve(hello, coalescer, lines=sys.stdin, output=sys.stdout):
    """Returns when the runner has said BYE, or its end of the pipe is closed.

    hello: "name=mine version=1", then what the coalescer can and cannot do: "timestamps=off vlan=off".
    """
    out = Answer()
    for line in lines:
        command, *words = line.split() or [""]
        if command == "BYE":
            return
        if command == "RX":
            _receive(coalescer, words, out)
        else:
            print(*_answer(coalescer, command, words, hello, out), sep="\n", file=output, flush=True)
