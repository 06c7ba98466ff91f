// SPDX-License-Identifier: MIT
// A session of the program itself, with what a test asks of it: its interface, its ledger, and that its market stands
// still for a while.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const READ = `import json, sqlite3, sys
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as db:
    db.row_factory = sqlite3.Row
    rows = [{key: str(row[key]) if isinstance(row[key], int) else row[key] for key in row.keys()}
            for row in db.execute(sys.argv[2])]
print(json.dumps(rows))`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The child processes of one. */
function children(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

export class Session {
  constructor(program, name, folder, args) {
    Object.assign(this, { program, name, args, state: join(folder, name), port: 0, child: null, held: [] });
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get token() {
    return readFileSync(join(this.state, "token"), "utf8").trim();
  }

  /** Again on the port that it had. */
  start() {
    const args = ["run", "--state", this.state, "--port", String(this.port), ...this.args];
    const child = (this.child = spawn(this.program, args, { stdio: ["ignore", "pipe", "pipe"] }));
    this.said = "";
    return new Promise((resolve, reject) => {
      const read = (data) => {
        this.said = (this.said + data).slice(-20_000);
        const port = /dashboard: http:\/\/127\.0\.0\.1:(\d+)/.exec(this.said)?.[1];
        if (port) resolve((this.port = Number(port)));
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => reject(new Error(`${this.name} ended with ${code}: ${this.said}`)));
    });
  }

  /** Its exit status; null when it was killed. */
  async end(signal = "SIGTERM") {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return this.child?.exitCode;
    this.goOn();
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill(signal);
    return ended;
  }

  async ask(path, init) {
    const reply = await fetch(this.origin + path, init);
    if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
    return reply.headers.get("content-type").startsWith("application/json") ? reply.json() : reply.text();
  }

  /** Rows as objects; whole numbers are texts, because nanoseconds do not fit a number. */
  ledger(sql) {
    return JSON.parse(execFileSync("python3", ["-c", READ, join(this.state, "ledger.db"), sql], { encoding: "utf8", maxBuffer: 1 << 28 }));
  }

  /** The venue beside it is held: prices and books stay as they are, while the session goes on serving. */
  standStill() {
    this.held = children(this.child.pid);
    assert.ok(this.held.length > 0, "no local Kraken runs beside the session");
    for (const pid of this.held) process.kill(pid, "SIGSTOP");
  }

  goOn() {
    for (const pid of this.held.splice(0)) process.kill(pid, "SIGCONT");
  }
}

/** Candles of the synthetic market, fetched from the local Kraken as they are from the real one. */
export async function makeStore(program, folder, pairs, from) {
  const store = join(folder, "store");
  const args = ["exchange", "--market", "synthetic", "--seed", "7", "--pairs", pairs, "--profile", "real", "--lockstep"];
  const venue = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const port = await new Promise((resolve, reject) => {
      let text = "";
      venue.once("exit", (code) => reject(new Error(`the local Kraken ended with ${code}`)));
      venue.stdout.on("data", (data) => {
        const found = /ready http:\/\/127\.0\.0\.1:(\d+)/.exec((text += data));
        if (found) resolve(found[1]);
      });
    });
    const asked = ["data", "download", "--pairs", pairs, "--timeframe", "5m", "--from", from, "--store", store, "--set",
      `venue.rest_url=http://127.0.0.1:${port}`, "--set", "venue.rest_gap=0s"];
    await new Promise((resolve, reject) => {
      const download = spawn(program, asked, { stdio: ["ignore", "ignore", "inherit"] });
      download.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the download ended with ${code}`))));
    });
  } finally {
    venue.removeAllListeners("exit");
    venue.kill("SIGTERM");
  }
  return store;
}

/**
 * Asks and looks until `same(shown, told)` does not object. What is shown was told a moment before, so that it is held
 * against the newest answers; with a market that stands still all of them are one.
 */
export async function agree(ask, look, same, ms = 40_000) {
  const told = [];
  const end = Date.now() + ms;
  for (let fault = null; ; await pause(60)) {
    assert.ok(Date.now() < end, fault ?? "nothing was shown");
    told.unshift(await ask());
    told.length = Math.min(told.length, 12);
    const shown = await look().catch((error) => void (fault = error)); // not drawn yet
    for (const each of shown === undefined ? [] : told.toReversed()) {
      try {
        same(shown, each);
        return each;
      } catch (error) {
        fault = error;
      }
    }
  }
}
