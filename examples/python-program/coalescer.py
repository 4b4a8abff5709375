#!/usr/bin/env python3
"""A small coalescer behind rsc-line 1, with nothing but the standard library.

It merges in-sequence data without TCP options, over IPv4 or IPv6, and leaves everything else alone.
Conformant, but it merges less than the rules allow: no timestamps, no window updates, no tags.
"""

import struct
import sys


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
        if self.count == 1:
            return "IND %s seg=0 ipcsum=%s tcpcsum=ok" % (self.frame.hex(), "ok" if self.first.v4 else "none")
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
        frame = bytes(header) + b"".join(self.payload)
        return "IND %s seg=%d ipcsum=%s tcpcsum=ok" % (frame.hex(), self.count, "ok" if self.first.v4 else "none")


class Coalescer:
    def __init__(self):
        self.units, self.due, self.on = {}, [], {True: True, False: True}

    def receive(self, frame):
        segment = parse(frame)
        if segment is None:
            # It may belong to any connection: finalizing all of them keeps the order.
            self.flush()
            self.due.append("IND " + frame.hex())
        elif not self.on[segment.v4]:
            self.due.append("IND " + frame.hex())
        else:
            unit = self.units.get(segment.key)
            if unit and unit.accepts(segment):
                unit.join(segment)
                return
            if unit:
                self.due.append(self.units.pop(segment.key).indication())
            self.units[segment.key] = Unit(frame, segment)

    def flush(self, versions=(True, False)):
        for key, unit in list(self.units.items()):
            if unit.first.v4 in versions:
                self.due.append(self.units.pop(key).indication())

    def answer(self):
        lines, self.due = self.due, []
        return "\n".join(lines + ["."])


def setting(coalescer, words):
    pairs = [word.partition("=")[::2] for word in words]
    if any(key not in ("rsc4", "rsc6") for key, _ in pairs):
        return "UNSUPPORTED"
    for key, value in pairs:
        coalescer.on[key == "rsc4"] = value == "on"
    coalescer.flush([v4 for v4, on in coalescer.on.items() if not on])
    return coalescer.answer()


def main():
    coalescer = Coalescer()
    for line in sys.stdin:
        words = line.split()
        command = words[0] if words else ""
        if command == "RX":
            coalescer.receive(bytes.fromhex(words[1]))
            continue
        if command == "BYE":
            break
        if command == "HELLO":
            answer = "HELLO rsc-line 1 name=python-program version=1 timestamps=off vlan=off statistics=off"
        elif command == "RESET":
            coalescer, answer = Coalescer(), "."
        elif command == "DPC":
            coalescer.flush()
            answer = coalescer.answer()
        elif command == "SET":
            answer = setting(coalescer, words[1:])
        else:
            answer = "UNSUPPORTED"
        print(answer, flush=True)


main()
