// SPDX-License-Identifier: MIT
// What the session answers over REST, or why it did not.

import { request } from "./key";

/** In the session's own words, where it had any. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    words: string,
  ) {
    super(words);
  }
}

/** The reply to what was granted; throws an error whose message an operator can read. */
export async function fetched(path: string, init?: RequestInit): Promise<Response> {
  const reply = await request(path, init).catch(() => {
    throw new Error("The session did not answer.");
  });
  if (reply.ok) return reply;
  const problem = (await reply.json().catch(() => null)) as { detail?: string } | null;
  throw new Refused(reply.status, problem?.detail ?? `the session answered ${reply.status}`);
}

export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await fetched(path, init)).json()) as T;
}
