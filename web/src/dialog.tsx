// SPDX-License-Identifier: MIT
// The question before what cannot be taken back. The browser's own dialog keeps the focus inside and
// closes on Escape; afterwards the focus is where it was.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface AskedDialogProps {
  name: string; // of its parts, for tests
  title: string;
  phrase?: string; // to be typed before it may be done
  yes: string;
  grave?: boolean; // real money
  act: () => void;
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
  const ready = phrase === undefined || text.trim() === phrase;
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
    close();
    act();
  };
  const cancel = (event: Event): void => {
    event.preventDefault();
    close();
  };
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
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}
