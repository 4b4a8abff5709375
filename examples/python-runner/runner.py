#!/usr/bin/env python3
"""Plays exported vectors (--format json) on an rsc-line program: runner.py EXPORT COMMAND [ARGUMENT ..]"""
import collections, json, os, subprocess, sys
def verifies(data):  # a ones' complement sum (RFC 1071): 2^16 is 1 modulo 2^16 - 1
    return int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 0xFFFF == 0
def is_of(ind, a):  # whether it may be of the arrival's stream: addresses and so on are the same; or of the arrival
    return all(ind["bytes"][at:to] == a["rx"][at:to] for at, to in a["named"]) if "named" in a else is_unit([a], ind)
def is_unit(run, ind):  # whether an indication is what these arrivals make, alone or merged
    first, last, rx, frame, seg = run[0], run[-1], run[0]["rx"], ind["bytes"], int(ind.get("seg", -1))
    due = int(ind["step"]) <= (first["due"] if len(run) == 1 else first.get("flush", first["due"]))
    if len(run) == 1:  # unmodified; bytes after the IP packet mean nothing
        return due and frame.startswith(rx[:first["end"]]) and len(frame) <= max(first["end"] + 46, len(rx)) and seg < 2
    ip, tcp, ts, v4 = first["ip"], first["tcp"], first.get("tsval"), rx[first["ip"]] >> 4 == 4
    want = bytearray(rx[: first["payload"]] + b"".join(a["rx"][a["payload"] : a["end"]] for a in run))
    end, ttl, data = len(want), ip + (8 if v4 else 7), sum(a["end"] > a["payload"] for a in run)
    want[ip + (2 if v4 else 4) : ip + (4 if v4 else 6)] = (end - (ip if v4 else tcp)).to_bytes(2, "big")
    want[ttl], want[tcp + 13] = min(a["rx"][ttl] for a in run), want[tcp + 13] | max(a["rx"][tcp + 13] & 8 for a in run)
    for to, at, size in [(tcp + 8, tcp + 8, 4), (tcp + 14, tcp + 14, 2)] + ([(ts, last["tsval"], 8)] if ts else []):
        want[to : to + size] = last["rx"][at : at + size]  # acknowledgment, window, timestamps of the last
    want[tcp + 16 : tcp + 18], v4sum = frame[tcp + 16 : tcp + 18], slice(ip + 10, ip + 12 if v4 else ip + 10)
    want[v4sum] = frame[v4sum]  # checksums have to verify, whatever they are
    right = verifies(frame[slice(*first["named"][1])] + bytes([0, 6, end - tcp >> 8, end - tcp & 255]) + frame[tcp:end])
    right = right and (not v4 or verifies(frame[ip:tcp])) or ind.get("valueinvalid") == "1"
    return due and right and want == frame[:end] and (seg in (-1, data) or data < 2 > seg)
def is_legal(arrivals, inds):  # whether merging no more than the rules allow explains all indications
    streams = collections.defaultdict(list)
    for a in sorted(arrivals, key=lambda a: "named" in a):  # what is of no stream can look as if it were
        streams[a.get("stream") if "named" in a else a["rx"]].append(a)
    for run in streams.values():
        mine, at = [ind for ind in inds if any(is_of(ind, a) for a in run)], {0}
        for i in mine:
            at = {p + k for p in at - {len(run)} for k in range(1, run[p]["reach"] + 1) if is_unit(run[p : p + k], i)}
        inds = [ind for ind in inds if ind not in mine] if len(run) in at else [{"bytes": b"", "step": "0"}]
    return inds == []
def verdict(vector, got):  # keys that are not reported are not compared
    arrivals = [{**step, "rx": bytes.fromhex(step["rx"])} for step in vector["steps"] if "rx" in step]
    outs = [outcome["indications"] for outcome in [vector["expected"], *vector["alternatives"]]]
    same = any(len(w) == len(got) and all(str(x[k]) == i[k] for x, i in zip(w, got) for k in i if k in x) for w in outs)
    return "as expected" if same else "legal" if is_legal(arrivals, got) else "FAIL"
def ask(line, at):  # the indications that answer it
    print(line, file=program.stdin, flush=True)
    while (words := program.stdout.readline().split())[:1] == ["IND"]:
        keys = ["frame=" + words[1].lower(), "step=%d" % at] + words[2:]
        yield {"bytes": bytes.fromhex(words[1]), **dict(key.split("=") for key in keys)}
counts, program = collections.Counter(), subprocess.Popen(sys.argv[2:], stdin=-1, stdout=-1, text=True)  # -1: a pipe
print("HELLO rsc-line 1", file=program.stdin, flush=True)
hello = program.stdout.readline().split()
for entry in json.load(open(os.path.join(sys.argv[1], "index.json")))["vectors"]:
    if all(n + "=on" in hello and n != "uro" or n == "set" and "set=off" not in hello for n in entry["needs"]):
        vector, inds = json.load(open(os.path.join(sys.argv[1], entry["files"]["vector"]))), list(ask("RESET", 0))
        for at, step in enumerate(vector["steps"]):
            if "rx" in step:
                marks = ["%s=%s" % (k, 1 if step[k] is True else step[k]) for k in ("csum", "ipsec") if k in step]
                print("RX", step["rx"], *marks, file=program.stdin)
            elif "wait" not in step:
                words = ["%s=%s" % (key, "on" if on else "off") for key, on in step.get("set", {}).items()]
                inds += ask(" ".join(["SET" if words else "DPC"] + words), at)
        counts[said := verdict(vector, inds)] += 1
        print(said, entry["id"])
sys.exit(print(dict(counts)) or counts["FAIL"] > 0)
