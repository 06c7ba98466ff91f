# SPDX-License-Identifier: MIT
"""embed.py IN OUT: the JSON document IN as a C array, for description.h. A fault in it stops the build."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    text = json.dumps(json.load(file), separators=(",", ":"))
rows = [", ".join(str(byte) for byte in text[at:at + 20].encode()) for at in range(0, len(text), 20)]
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.write('#include "operator/server/description.h"\n\nconst unsigned char description[] = {\n')
    file.write("".join(f"    {row},\n" for row in rows) + "};\n")
    file.write("const size_t description_len = sizeof description;\n")
