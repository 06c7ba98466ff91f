// SPDX-License-Identifier: MIT
// Bundles the dashboard:  node build.mjs FOLDER
// Writes FOLDER/{index.html,app.js,app.css} to look at, and FOLDER/asset_web.c: the same three
// files compressed, as the table of src/operator/server/asset.h. Same sources, same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const SIZE_MAX = 250 * 1024; // compressed, all files together

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "build", "web");
mkdirSync(out, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/main.tsx", out: "app" },
    { in: "src/app.css", out: "app" },
  ],
  outdir: out,
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: ["es2020", "chrome100", "firefox100", "safari15.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  alias: { react: "preact/compat" },
  legalComments: "none",
  logLevel: "warning",
});

function bundled(name) {
  return Buffer.from(result.outputFiles.find((file) => file.path.endsWith(name)).contents);
}

const files = [
  ["/", "index.html", "text/html; charset=utf-8", readFileSync(join(here, "index.html"))],
  ["/app.js", "app.js", "text/javascript; charset=utf-8", bundled("app.js")],
  ["/app.css", "app.css", "text/css; charset=utf-8", bundled("app.css")],
];

function bytesOf(data) {
  const lines = [];
  for (let at = 0; at < data.length; at += 24) lines.push("    " + [...data.subarray(at, at + 24)].join(",") + ",");
  return lines.join("\n");
}

let text = '/* Written by web/build.mjs. */\n#include "operator/server/asset.h"\n';
const rows = [];
let total = 0;
files.forEach(([path, name, type, data], index) => {
  writeFileSync(join(out, name), data);
  const packed = gzipSync(data, { level: 9 });
  packed[9] = 255; // the system that compressed it is nobody's business, and would differ
  total += packed.length;
  const etag = createHash("sha256").update(data).digest("hex").slice(0, 20);
  text += `\nstatic const unsigned char file_${index}[] = {\n${bytesOf(packed)}\n};\n`;
  rows.push(
    `    {.path = "${path}", .content_type = "${type}", .etag = "\\"${etag}\\"", .gzip = true,\n` +
      `     .plain_len = ${data.length}, .data = file_${index}, .len = sizeof file_${index}},`,
  );
});
text += `\nconst struct asset assets[] = {\n${rows.join("\n")}\n};\nconst size_t asset_count = ${files.length};\n`;
writeFileSync(join(out, "asset_web.c"), text);

if (total > SIZE_MAX) {
  console.error(`the dashboard is ${total} bytes compressed; the budget is ${SIZE_MAX}`);
  process.exit(1);
}
console.log(`dashboard: ${total} bytes compressed`);
