#!/usr/bin/env python3
"""A small coalescer, connected to the suite by adapters/python/rsc_line.py: class Target, and the last lines.

It merges in-sequence data without TCP options, over IPv4 or IPv6, and leaves everything else alone.
Conformant, but it merges less than the rules allow: no timestamps, no window updates, no tags.
"""

import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "adapters/python"))
from rsc_line import serve  # noqa: E402


def fold(data, total=0):
    """Ones' complement sum of 16-bit words (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total += sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


class Segment:
    """A plain TCP data segment, or None from parse() for anything else."""

    def __init__(self, frame, ip, tcp, end):
        self.ip, self.tcp = ip, tcp
        self.payload = frame[tcp + 20 : end]
        self.header = bytearray(frame[: tcp + 20])
        self.seq, self.ack = struct.unpack("!II", frame[tcp + 4 : tcp + 12])
        self.flags = frame[tcp + 13]
        self.v4 = frame[12:14] == b"\x08\x00"
        addresses = frame[ip + 12 : ip + 20] if self.v4 else frame[ip + 8 : ip + 40]
        self.key = (addresses, frame[tcp : tcp + 4])
        # What has to be equal in every segment: link header, traffic class with ECN, flow label, DF, ECE and CWR.
        fixed = frame[ip + 1 : ip + 2] + frame[ip + 6 : ip + 8] if self.v4 else frame[ip : ip + 4]
        self.same = frame[:14] + fixed + bytes([self.flags & 0xC0])
        self.pseudo = fold(addresses, 6)


def parse(frame):
    if len(frame) < 54:
        return None
    if frame[12:14] == b"\x08\x00":
        ip, tcp = 14, 34
        end = ip + struct.unpack("!H", frame[16:18])[0]
        plain = frame[14] == 0x45 and frame[23] == 6 and fold(frame[14:34]) == 0xFFFF
        plain = plain and struct.unpack("!H", frame[20:22])[0] & 0x3FFF == 0
    elif frame[12:14] == b"\x86\xdd" and len(frame) >= 74:
        ip, tcp = 14, 54
        end = ip + 40 + struct.unpack("!H", frame[18:20])[0]
        plain = frame[14] >> 4 == 6 and frame[20] == 6
    else:
        return None
    if not plain or end > len(frame) or end <= tcp + 20:
        return None
    # Data offset 5, no reserved bit, ACK set, nothing but PSH, ECE and CWR besides.
    if frame[tcp + 12] != 0x50 or frame[tcp + 13] & 0x37 != 0x10:
        return None
    segment = Segment(frame, ip, tcp, end)
    if fold(frame[tcp:end], segment.pseudo + end - tcp) != 0xFFFF:
        return None
    return segment


class Unit:
    def __init__(self, frame, segment):
        self.frame, self.first = frame, segment
        self.header, self.payload, self.count = segment.header, [segment.payload], 1
        self.size, self.nxt, self.ack = len(segment.payload), segment.seq + len(segment.payload), segment.ack

    def accepts(self, segment):
        length = self.first.tcp + 20 - self.first.ip + self.size + len(segment.payload)
        return (
            segment.same == self.first.same
            and segment.seq == self.nxt & 0xFFFFFFFF
            and (segment.ack - self.ack) & 0xFFFFFFFF < 0x80000000
            and length - (0 if self.first.v4 else 40) <= 65535
        )

    def join(self, segment):
        ip, tcp = self.first.ip, self.first.tcp
        ttl = ip + (8 if self.first.v4 else 7)
        self.header[ttl] = min(self.header[ttl], segment.header[ttl])
        self.header[tcp + 8 : tcp + 12] = segment.header[tcp + 8 : tcp + 12]
        self.header[tcp + 13] |= segment.flags & 0x08
        self.header[tcp + 14 : tcp + 16] = segment.header[tcp + 14 : tcp + 16]
        self.payload.append(segment.payload)
        self.size += len(segment.payload)
        self.nxt, self.ack, self.count = self.nxt + len(segment.payload), segment.ack, self.count + 1

    def indication(self):
        """The frame, and how many segments it holds."""
        if self.count == 1:
            return self.frame, 1
        ip, tcp, header = self.first.ip, self.first.tcp, self.header
        total = 20 + self.size
        if self.first.v4:
            header[ip + 2 : ip + 4] = struct.pack("!H", 20 + total)
            header[ip + 10 : ip + 12] = b"\0\0"
            header[ip + 10 : ip + 12] = struct.pack("!H", ~fold(bytes(header[ip:tcp])) & 0xFFFF)
        else:
            header[ip + 4 : ip + 6] = struct.pack("!H", total)
        header[tcp + 16 : tcp + 18] = b"\0\0"
        body = bytes(header[tcp:]) + b"".join(self.payload)
        header[tcp + 16 : tcp + 18] = struct.pack("!H", ~fold(body, self.first.pseudo + total) & 0xFFFF)
        return bytes(header) + b"".join(self.payload), self.count


class Coalescer:
    """indicate(frame, count, v4) is called with each frame in its turn; a frame that it leaves alone has count 0."""

    def __init__(self, indicate):
        self.units, self.on, self.indicate = {}, {True: True, False: True}, indicate

    def receive(self, frame):
        segment = parse(frame)
        if segment is None or not self.on[segment.v4]:
            # It may belong to any connection: finalizing all of them keeps the order.
            self.flush()
            self.indicate(frame, 0, False)
            return
        unit = self.units.get(segment.key)
        if unit and unit.accepts(segment):
            unit.join(segment)
            return
        if unit:
            self.finalize(segment.key)
        self.units[segment.key] = Unit(frame, segment)

    def finalize(self, key):
        unit = self.units.pop(key)
        self.indicate(*unit.indication(), unit.first.v4)

    def flush(self, versions=(True, False)):
        for key, unit in list(self.units.items()):
            if unit.first.v4 in versions:
                self.finalize(key)


class Target:
    """What connects the coalescer: each method is a command of rsc-line."""

    def reset(self):
        self.out, self.nic = None, Coalescer(self.indicate)

    def indicate(self, frame, count, v4):
        keys = {"ipcsum": "ok" if v4 else "none", "tcpcsum": "ok"} if count else {}
        self.out.indicate(frame, seg=count if count > 1 else 0, **keys)

    def receive(self, frame, _marks, out):
        self.out = out
        self.nic.receive(frame)

    def end_of_dpc(self, out):
        self.out = out
        self.nic.flush()

    def set(self, settings, out):
        self.out = out
        for key, on in settings.items():
            self.nic.on[key == "rsc4"] = on
        return self.nic.flush([v4 for v4, on in self.nic.on.items() if not on])


if __name__ == "__main__":
    serve("name=python-program version=1 timestamps=off vlan=off statistics=off", Target())
