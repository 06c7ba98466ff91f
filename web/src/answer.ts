// SPDX-License-Identifier: MIT
// What the session answers over REST, asked again whenever `when` changes.

import { useEffect, useState } from "preact/hooks";
import { request } from "./key";

async function fetchAnswer<T>(path: string): Promise<T | string> {
  const reply = await request(path);
  return reply.ok ? ((await reply.json()) as T) : ((await reply.json()) as { detail: string }).detail;
}

/** The answer, or a sentence why there is none: `waiting` until the first has come. */
export function useAnswer<T>(path: string, when: string | number, waiting: string): T | string {
  const [told, setTold] = useState<T | string>(waiting);
  useEffect(() => {
    let wanted = true;
    fetchAnswer<T>(path)
      .catch(() => "The session did not answer.")
      .then((answer) => wanted && setTold(answer));
    return () => {
      wanted = false;
    };
  }, [path, when]);
  return told;
}
