// SPDX-License-Identifier: MIT
// The operator's hand: buttons that command the session, the question before what cannot be taken
// back, and the token that shows who commands (docs/api.md says why it comes with the link).

import { useEffect, useRef, useState } from "preact/hooks";
import { AskedDialog } from "./dialog";
import { signed } from "./format";
import { forgetKey, request, storedKey } from "./key";
import { notify, state, useStore } from "./store";
import type { Notice, Status } from "./types";

export { takeToken } from "./key";

type Body = Record<string, string | number | boolean | null>;

interface Wish {
  body: Body;
  path: string;
  method: "POST" | "PATCH";
  nothing: string; // what was not done if it is refused: "nothing was sold"
  sells: string[]; // the pairs whose sale is the result
}

interface Reply {
  sentence?: string;
  detail?: string;
  number?: number; // of the record that it left
}

const UNTOLD: Notice = {
  done: false,
  text: "The session did not answer. Whether it obeyed will stand among the thoughts.",
};

async function send({ body, path, method, nothing, sells }: Wish): Promise<Notice> {
  const refused = (why: string): Notice => ({ done: false, text: `Refused: ${nothing}. ${why}` });
  if (!storedKey()) return { ...refused("Who commands shows a token."), token: "missing" };
  const after = state.thoughts[0]?.number ?? 0;
  try {
    const reply = await request(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await reply.json().catch(() => ({}))) as Reply;
    if (reply.status === 401) {
      forgetKey();
      return { ...refused("That token is not this session's."), token: "wrong" };
    }
    if (reply.status === 502 || reply.status === 504) return UNTOLD; // it, or a proxy, has waited for long enough
    if (!reply.ok) return refused(answer.detail ?? answer.sentence ?? `The session answered ${reply.status}, and not why.`);
    const text = answer.sentence ?? "Done.";
    return {
      done: true,
      text: answer.number ? `${text} Record ${answer.number}.` : text,
      awaits: sells.length > 0 ? { pairs: sells, after } : undefined,
    };
  } catch {
    return UNTOLD;
  }
}

/** One that could not be given for want of a key is given when the key is shown, and no other. `told`: what came of it
 * is shown where it was asked, unless it was done. */
async function obey(wish: Wish, told = false): Promise<Notice> {
  notify(null);
  const answer = await send(wish);
  const notice = answer.token ? { ...answer, again: () => void obey(wish) } : answer;
  if (notice.done || !told) notify(notice);
  return notice;
}

const NOTHING: Record<string, string> = {
  pause: "nothing was paused",
  resume: "nothing was resumed",
  cancel: "nothing was cancelled",
  close: "nothing was sold",
  flatten: "nothing was sold",
};

export function command(body: Body & { command: string }, told = false): Promise<Notice> {
  const held = (state.sections?.positions ?? []).map((each) => each.pair);
  const sells = body.command === "flatten" ? held : body.command === "close" ? [String(body.pair)] : [];
  const nothing = NOTHING[body.command] ?? "nothing was done";
  return obey({ body, path: "/api/v1/commands", method: "POST", nothing, sells }, told);
}

/** A limit or a strategy's part, changed while the session runs; asked in a dialog, which tells a refusal. */
export function change(path: string, body: Body): Promise<Notice> {
  return obey({ body, path, method: "PATCH", nothing: "nothing was changed", sells: [] }, true);
}

/** A button that asks once more before it acts. */
export function Asked(props: { text: string; label?: string; question: string; act: () => void; name: string }) {
  const { text, label, question, act, name } = props;
  const [asked, setAsked] = useState(false);
  const no = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const turned = useRef(false);
  // The focus goes with the question, and back when it is taken back.
  useEffect(() => {
    if (asked) no.current?.focus();
    else if (turned.current) opener.current?.focus();
    turned.current = asked;
  }, [asked]);
  if (!asked)
    return (
      <button
        type="button"
        ref={opener}
        class="act"
        data-act={name}
        title={label}
        aria-label={label}
        onClick={() => setAsked(true)}
      >
        {text}
      </button>
    );
  return (
    <span class="question" role="group" aria-label={question} onKeyDown={(event) => event.key === "Escape" && setAsked(false)}>
      {question}{" "}
      <button
        type="button"
        class="act danger"
        data-act={`${name}-yes`}
        onClick={() => {
          setAsked(false);
          act();
        }}
      >
        Yes
      </button>
      <button type="button" ref={no} class="act" data-act={`${name}-no`} onClick={() => setAsked(false)}>
        No
      </button>
    </span>
  );
}

/** What closing everything would do now, and the words to be typed for it. */
function CloseAll({ status, close }: { status: Status; close: () => void }) {
  const positions = useStore().sections?.positions ?? [];
  const real = status.mode === "live";
  const held = positions.length === 0 ? "No position is open" : `Sells ${positions.map((each) => each.pair).join(", ")} at market`;
  const open = positions.length === 0 ? "" : `, open P&L ${signed(status.unrealised)} ${status.currency}`;
  return (
    <AskedDialog
      name="close-all"
      title="Close all positions?"
      phrase={real ? "close all for real money" : "close all"}
      yes="Close all"
      grave={real}
      act={() => command({ command: "flatten" }, true)}
      close={close}
    >
      <p>
        {held}
        {open}. Every entry order is taken back, and trading pauses until you resume. It cannot be undone.
      </p>
    </AskedDialog>
  );
}

export function Controls({ status }: { status: Status }) {
  const [asked, setAsked] = useState(false);
  return (
    <div class="controls">
      {status.paused ? (
        <button type="button" class="act" data-act="resume" onClick={() => void command({ command: "resume" })}>
          Resume
        </button>
      ) : (
        <button type="button" class="act" data-act="pause" onClick={() => void command({ command: "pause" })}>
          Pause
        </button>
      )}
      <button type="button" class="act" data-act="flatten" aria-haspopup="dialog" onClick={() => setAsked(true)}>
        Close all …
      </button>
      {asked && <CloseAll status={status} close={() => setAsked(false)} />}
    </div>
  );
}
