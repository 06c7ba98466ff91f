// SPDX-License-Identifier: MIT
// The operator's hand: buttons that command the session, the question before what cannot be taken
// back, and the token that shows who commands (docs/api.md says why it comes with the link).

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { forgetKey, keepKey, request, storedKey } from "./key";
import { notify, unlock, useStore } from "./store";
import type { Notice, Status } from "./types";

export { takeToken } from "./key";

async function send(body: Record<string, string | number>): Promise<Notice> {
  if (!storedKey()) return { done: false, text: "", token: "missing" };
  try {
    const reply = await request("/api/v1/commands", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await reply.json()) as { sentence?: string; detail?: string };
    if (reply.status === 401) {
      forgetKey();
      return { done: false, text: "", token: "wrong" };
    }
    return { done: reply.ok, text: answer.sentence ?? answer.detail ?? "" };
  } catch {
    return { done: false, text: "The session did not answer. Whether it obeyed will stand among the thoughts." };
  }
}

let pending: Record<string, string | number> | null = null;

export async function command(body: Record<string, string | number>): Promise<void> {
  pending = body;
  notify(await send(body));
}

/** A button that asks once more before it acts. */
export function Asked(props: { text: string; label?: string; question: string; act: () => void; name: string }) {
  const { text, label, question, act, name } = props;
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <button type="button" class="act" data-act={name} title={label} aria-label={label} onClick={() => setAsked(true)}>
        {text}
      </button>
    );
  return (
    <span class="question" role="group" aria-label={question}>
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
      <button type="button" class="act" data-act={`${name}-no`} onClick={() => setAsked(false)}>
        No
      </button>
    </span>
  );
}

export function Controls({ status }: { status: Status }) {
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
      <Asked
        name="flatten"
        text="Flatten"
        question="Sell everything now?"
        act={() => void command({ command: "flatten" })}
      />
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

function TokenForm({ wrong }: { wrong: boolean }) {
  const take = (key: string): void => {
    if (keepKey(key) && pending) void command(pending);
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
      {notice.token ? <TokenForm wrong={notice.token === "wrong"} /> : <span>{notice.text}</span>}
      <button type="button" class="act" aria-label="Put away" data-act="notice-off" onClick={() => notify(null)}>
        ×
      </button>
    </div>
  );
}
