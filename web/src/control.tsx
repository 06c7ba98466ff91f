// SPDX-License-Identifier: MIT
// The operator's hand: buttons that command the session, the question before what cannot be taken
// back, and the token that shows who commands (docs/api.md says why it comes with the link).

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { AskedDialog } from "./dialog";
import { signed } from "./format";
import { forgetKey, keepKey, request, storedKey } from "./key";
import { notify, unlock, useStore } from "./store";
import type { Notice, Status } from "./types";

export { takeToken } from "./key";

type Body = Record<string, string | number | boolean | null>;

interface Wish {
  body: Body;
  path: string;
  method: "POST" | "PATCH";
}

interface Reply {
  sentence?: string;
  detail?: string;
  number?: number; // of the record that it left
}

async function send({ body, path, method }: Wish): Promise<Notice> {
  if (!storedKey()) return { done: false, text: "", token: "missing" };
  try {
    const reply = await request(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await reply.json().catch(() => ({}))) as Reply;
    if (reply.status === 401) {
      forgetKey();
      return { done: false, text: "", token: "wrong" };
    }
    const text = answer.sentence ?? answer.detail ?? `The session answered ${reply.status}, and not why.`;
    return { done: reply.ok, text: answer.number ? `${text} Record ${answer.number}.` : text };
  } catch {
    return { done: false, text: "The session did not answer. Whether it obeyed will stand among the thoughts." };
  }
}

/** One that could not be given for want of a key is given when the key is shown, and no other. */
async function obey(wish: Wish): Promise<void> {
  const notice = await send(wish);
  notify(notice.token ? { ...notice, again: () => void obey(wish) } : notice);
}

export function command(body: Body): Promise<void> {
  return obey({ body, path: "/api/v1/commands", method: "POST" });
}

/** A limit or a strategy's part, changed while the session runs. */
export function change(path: string, body: Body): Promise<void> {
  return obey({ body, path, method: "PATCH" });
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
      act={() => void command({ command: "flatten" })}
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

function KeyForm({ words, take }: { words: ComponentChildren; take: (key: string) => void }) {
  const [text, setText] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    take(text);
  };
  return (
    <form onSubmit={submit}>
      <label>
        {words}{" "}
        <input
          type="password"
          autocomplete="off"
          data-act="token"
          value={text}
          onInput={(event) => setText((event.target as HTMLInputElement).value)}
        />
      </label>{" "}
      <button type="submit" class="act" data-act="token-ok">
        Use it
      </button>
    </form>
  );
}

function TokenForm({ wrong, again }: { wrong: boolean; again?: () => void }) {
  const take = (key: string): void => {
    if (!keepKey(key)) return;
    if (again) again();
    else notify({ done: true, text: "The key is kept: ask once more." });
  };
  const words = (
    <>
      {wrong ? "That token is not this session's. " : "Who commands shows a token. "}
      Open the address that <code>cuttle ctl link</code> prints, or paste what stands in <code>STATE/token</code>, or a
      key that <code>cuttle key add</code> made:
    </>
  );
  return <KeyForm words={words} take={take} />;
}

/** Before anything is told, where a key is needed to look. */
function Locked({ wrong }: { wrong: boolean }) {
  const words = (
    <>
      {wrong ? "That is no key of this session, or not any more. " : "From here a look needs a key. "}
      Paste one that <code>cuttle key add</code> made; this tab forgets it when it is closed:
    </>
  );
  return (
    <div class="notice" role="status" data-notice="locked">
      <KeyForm words={words} take={(key) => void unlock(key)} />
    </div>
  );
}

/** What came of the last command, until it is put away. */
export function Outcome() {
  const { notice, locked } = useStore();
  if (locked) return <Locked wrong={locked === "wrong"} />;
  if (!notice) return null;
  return (
    <div class={`notice ${notice.done ? "" : "refused"}`} role="status" data-notice={notice.done ? "done" : "refused"}>
      {notice.token ? <TokenForm wrong={notice.token === "wrong"} again={notice.again} /> : <span>{notice.text}</span>}
      <button type="button" class="act" aria-label="Put away" data-act="notice-off" onClick={() => notify(null)}>
        ×
      </button>
    </div>
  );
}
