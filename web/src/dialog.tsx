// SPDX-License-Identifier: MIT
// The question before what cannot be taken back. The browser's own dialog keeps the focus inside and
// closes on Escape; afterwards the focus is where it was.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "./outcome";
import type { Notice } from "./types";

interface AskedDialogProps {
  name: string; // of its parts, for tests
  title: string;
  phrase?: string; // to be typed before it may be done
  yes: string;
  grave?: boolean; // real money
  act: () => Promise<Notice>; // the dialog stays until it is answered, and tells a refusal
  close: () => void;
  children: ComponentChildren;
}

function Typed({ name, phrase, text, type }: { name: string; phrase: string; text: string; type: (text: string) => void }) {
  return (
    <label class="typed">
      <span>
        Type <kbd>{phrase}</kbd> to go on:
      </span>
      <input
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        data-act={`${name}-phrase`}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  );
}

export function AskedDialog({ name, title, phrase, yes, grave, act, close, children }: AskedDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, type] = useState("");
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState<Notice | null>(null);
  const ready = !sent && (phrase === undefined || text.trim() === phrase);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current!;
    shown.showModal();
    return () => {
      shown.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!ready) return;
    setSent(true);
    void act().then((notice) => (notice.done ? close() : setRefused(notice)));
  };
  const cancel = (event: Event): void => {
    event.preventDefault();
    close();
  };
  if (refused)
    return (
      <dialog ref={dialog} class="asks" aria-labelledby={`${name}-title`} data-dialog={name} data-notice="refused" onCancel={cancel}>
        <h2 id={`${name}-title`}>{title}</h2>
        <div role="alert">
          <Refusal notice={refused} taken={close} />
        </div>
        <div class="answers">
          <button type="button" class="act main" data-act={`${name}-off`} onClick={close}>
            Put away
          </button>
        </div>
      </dialog>
    );
  return (
    <dialog ref={dialog} class={`asks ${grave ? "grave" : ""}`} aria-labelledby={`${name}-title`} data-dialog={name} onCancel={cancel}>
      <form onSubmit={submit}>
        {grave && <p class="money">Real money</p>}
        <h2 id={`${name}-title`}>{title}</h2>
        {children}
        {phrase !== undefined && <Typed name={name} phrase={phrase} text={text} type={type} />}
        <div class="answers">
          <button type="button" class="act" data-act={`${name}-no`} onClick={close}>
            Leave it
          </button>
          <button type="submit" class={`act ${phrase === undefined ? "main" : "danger"}`} data-act={`${name}-yes`} disabled={!ready}>
            {sent ? "Sent …" : yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}
