// SPDX-License-Identifier: MIT
// The operator's hand: buttons that command the session, the question before what cannot be taken
// back, and the token that shows who commands (docs/api.md says why it comes with the link).

import { useState } from "preact/hooks";
import { notify, useStore } from "./store";
import type { Notice, Status } from "./types";

const KEY = "cuttle-token";
const TOKEN = /^[0-9a-f]{64}$/;

/** The token of `cuttle ctl link`, out of the address before anybody sees it there. */
export function takeToken(): void {
  const found = /^#token=([0-9a-f]{64})$/.exec(location.hash);
  if (!found) return;
  sessionStorage.setItem(KEY, found[1]!);
  history.replaceState(null, "", location.pathname);
}

async function send(body: Record<string, string | number>): Promise<Notice> {
  const token = sessionStorage.getItem(KEY);
  if (!token) return { done: false, text: "", token: "missing" };
  try {
    const reply = await fetch("/api/v1/commands", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const answer = (await reply.json()) as { sentence?: string; detail?: string };
    if (reply.status === 401) {
      sessionStorage.removeItem(KEY);
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

function TokenForm({ wrong }: { wrong: boolean }) {
  const [text, setText] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!TOKEN.test(text.trim())) return;
    sessionStorage.setItem(KEY, text.trim());
    if (pending) void command(pending);
  };
  return (
    <form onSubmit={submit}>
      <label>
        {wrong ? "That token is not this session's. " : "Who commands shows a token. "}
        Open the address that <code>cuttle ctl link</code> prints, or paste what stands in <code>STATE/token</code>:{" "}
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

/** What came of the last command, until it is put away. */
export function Outcome() {
  const { notice } = useStore();
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
