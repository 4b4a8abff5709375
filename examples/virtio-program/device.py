#!/usr/bin/env python3
"""A virtio network device: the coalescer of examples/python-program, with virtio headers and features.

vnet=on: each indication carries its virtio_net_hdr, and the checksum of a unit is left to the host.
features=on: a driver can negotiate again, which resets the device; what is coalesced follows from the features.
With the argument --tun, link=off: packets without link-layer header, as on a TUN device.
"""

import struct
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(EXAMPLES / "python-program"), str(EXAMPLES.parent / "adapters/python")]
from coalescer import Coalescer, Target, fold  # noqa: E402
from rsc_line import serve  # noqa: E402

NEEDS_CSUM, DATA_VALID, RSC_INFO = 1, 2, 4
TCPV4, TCPV6, ECN = 1, 4, 0x80
CWR = 0x80
USUAL = {"GUEST_CSUM", "GUEST_TSO4", "GUEST_TSO6", "RSC_EXT"}
IS_TUN = sys.argv[1:] == ["--tun"]
# The coalescer wants a link-layer header.
MAC_ADDRESSES = bytes.fromhex("020000000002020000000001") if IS_TUN else b""
LINK = 14 if IS_TUN else 0


class SizedCoalescer(Coalescer):
    def finalize(self, key):
        self.largest = max(map(len, self.units[key].payload))
        super().finalize(key)


class Device(Target):
    def reset(self):
        super().reset()
        self.negotiate(USUAL)

    def negotiate(self, features):
        self.features, self.nic = features, SizedCoalescer(self.indicate)
        self.nic.on = {v4: {"GUEST_CSUM", gso} <= features for v4, gso in ((True, "GUEST_TSO4"), (False, "GUEST_TSO6"))}

    def set(self, settings, out):
        if "features" not in settings:
            return super().set(settings, out)
        self.negotiate(set(settings["features"].split(",")))
        return True

    def receive(self, frame, marks, out):
        ether_type = b"\x86\xdd" if frame[0] >> 4 == 6 else b"\x08\x00"
        super().receive(MAC_ADDRESSES + ether_type + frame if IS_TUN else frame, marks, out)

    def indicate(self, frame, count, v4):
        frame, tcp = bytearray(frame), 34 if v4 else 54
        flags = DATA_VALID if count == 1 and "GUEST_CSUM" in self.features else 0
        gso_type = headers = size = start = offset = 0
        if count > 1:
            flags, gso_type, headers, size = NEEDS_CSUM, TCPV4 if v4 else TCPV6, tcp + 20 - LINK, self.nic.largest
            start, offset = tcp - LINK, 16
            if frame[tcp + 13] & CWR and "GUEST_ECN" in self.features:
                gso_type |= ECN
            if "RSC_EXT" in self.features:
                flags, start, offset = flags | RSC_INFO, count, 0
            pseudo_header = fold(bytes(frame[26 if v4 else 22 : tcp]), 6 + len(frame) - tcp)
            frame[tcp + 16 : tcp + 18] = struct.pack("!H", pseudo_header)
        header = struct.pack("<2B5H", flags, gso_type, headers, size, start, offset, 1)
        self.out.indicate(frame[LINK:], vnet=header.hex())


HELLO = "name=virtio-program version=1 vnet=on features=on timestamps=off vlan=off statistics=off"
serve(HELLO + " link=off" if IS_TUN else HELLO, Device())
