// SPDX-License-Identifier: MIT
// Starts `cuttle exchange` on a free port and counts what holds and what does not. The program is
// the first argument, else build/cuttle.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

function program() {
  const named = process.argv[2] ?? path.join(root, 'build', 'cuttle');
  if (!existsSync(named)) throw new Error(`no cuttle at ${named}: build it, or name it as the argument`);
  return path.resolve(named);
}

/** The local Kraken with these flags: {http, ws, stop}. It ends with us: its input is our pipe. */
export function start(...flags) {
  const child = spawn(program(), ['exchange', ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`cuttle exchange ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = line.match(/^ready (http:\/\/\S+) (ws:\/\/\S+)$/);
      if (!match) return;
      const gone = new Promise((end) => child.on('exit', end));
      const stop = () => { child.stdin.end(); return gone; };
      resolve({ http: match[1], ws: match[2], stop, pid: child.pid });
    });
  });
}

export const tally = { passed: 0, failed: 0 };

export function check(what, holds, detail = '') {
  if (holds) {
    tally.passed++;
    console.log(`ok    ${what}`);
  } else {
    tally.failed++;
    console.log(`FAIL  ${what} ${detail}`);
  }
}

/** Runs one named piece; an exception is a failure of it, not of the others. */
export async function piece(what, run, limit_ms = 30000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit_ms} ms`)), limit_ms);
  });
  try {
    await Promise.race([run(), late]);
  } catch (error) {
    check(what, false, error.stack ?? String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** True when `run` throws that kind of error, with those words in it; else what it did instead. */
export async function throws(kind, run, words = '') {
  try {
    await run();
  } catch (error) {
    return (error instanceof kind && error.message.includes(words)) || `${error.constructor.name}: ${error.message}`;
  }
  return 'nothing was thrown';
}

export function finish() {
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed === 0 ? 0 : 1);
}
