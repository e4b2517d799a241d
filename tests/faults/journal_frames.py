#!/usr/bin/env python3
"""journal_frames.py FOLDER...: prints the number of whole frames in the journals of the folders, and that of frames of a
chunk whose frame is there already: work that was finished, and was done again. A frame is as scheduler/journal_frame.hpp says;
payload checksums are not checked, so what a test has damaged on purpose must be taken into account."""
import pathlib
import struct
import sys

HEADER = struct.Struct("<QIIQQQQ")
MAGIC = 0x324D415246544744
HEAD = struct.Struct("<QIIQQ")

frames = again = 0
for folder in sys.argv[1:]:
    seen = set()
    for path in sorted(pathlib.Path(folder).glob("*.journal")):
        data = path.read_bytes()
        if len(data) < HEAD.size:
            continue
        at = HEAD.unpack_from(data)[3]
        while at + HEADER.size <= len(data):
            magic, _, stage, chunk, size, _, _ = HEADER.unpack_from(data, at)
            if magic != MAGIC or at + HEADER.size + size > len(data):
                break
            frames += 1
            again += (stage, chunk) in seen
            seen.add((stage, chunk))
            at += HEADER.size + size
print(frames, again)
