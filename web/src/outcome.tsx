// SPDX-License-Identifier: MIT
// What came of a command: done and with what result, or refused and how it would be granted.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { keepKey } from "./key";
import { notify, unlock, useStore } from "./store";
import type { Notice, Thought } from "./types";

const SHOWN_MS = 12_000; // then one that was done leaves by itself

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

/** Why it was refused; for want of a key also where one is, and a field for it. */
export function Refusal({ notice, taken }: { notice: Notice; taken?: () => void }) {
  if (!notice.token) return <span>{notice.text}</span>;
  const take = (key: string): void => {
    if (!keepKey(key)) return;
    taken?.();
    if (notice.again) notice.again();
    else notify({ done: true, text: "The key is kept: ask once more." });
  };
  const words = (
    <>
      <strong>{notice.text}</strong> Open the page with <code>cuttle ctl link</code>: it prints an address with the token. Or paste
      what stands in <code>STATE/token</code>, or a key that <code>cuttle key add</code> made:
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

/** The exits that a sale by hand has brought so far. */
function sold({ awaits }: Notice, thoughts: Thought[]): Thought[] {
  if (!awaits) return [];
  return thoughts.filter((each) => each.kind === "exit" && each.number > awaits.after && awaits.pairs.includes(each.pair ?? ""));
}

/** What came of the last command. It lies over the page, which stays where it is; what was refused is put away by hand. */
export function Outcome() {
  const { notice, locked, thoughts } = useStore();
  const box = useRef<HTMLDivElement>(null);
  const results = notice ? sold(notice, thoughts) : [];
  const waits = (notice?.awaits?.pairs.length ?? 0) - results.length;
  useEffect(() => {
    if (!notice?.done || waits > 0) return;
    const leave = (): void => {
      if (box.current?.matches(":hover, :focus-within")) timer = window.setTimeout(leave, SHOWN_MS);
      else notify(null);
    };
    let timer = window.setTimeout(leave, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, waits]);
  if (locked) return <Locked wrong={locked === "wrong"} />;
  if (!notice) return null;
  return (
    <div ref={box} class={`notice ${notice.done ? "" : "refused"}`} role="status" data-notice={notice.done ? "done" : "refused"}>
      <div>
        {notice.done ? <span>{notice.text}</span> : <Refusal notice={notice} />}
        {results.map((each) => (
          <p key={each.number} data-result={each.pair}>
            {each.sentence}
          </p>
        ))}
        {waits > 0 && notice.awaits!.pairs.length > 1 && <p>{waits} of {notice.awaits!.pairs.length} are not sold yet.</p>}
      </div>
      <button type="button" class="act" aria-label="Put away" data-act="notice-off" onClick={() => notify(null)}>
        ×
      </button>
    </div>
  );
}
