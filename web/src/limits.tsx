// SPDX-License-Identifier: MIT
// The limits of risk, changeable while the session runs. It asks before it changes one; what was
// recorded is the answer.

import { useState } from "preact/hooks";
import { change } from "./control";
import { AskedDialog } from "./dialog";
import { Panel, useData } from "./panel";
import { Sorted } from "./sorted";
import type { State } from "./store";
import type { Column } from "./table";
import type { Config, Limit, Option, RiskAnswer } from "./types_pages";

const AGAIN_MS = 10_000;
const SETTLED_MS = [0, 500, 1500, 4000]; // after a change: what is in force is told a moment after it was granted

interface Wanted {
  limit: Limit;
  value: Limit["value"];
  back: boolean; // to what is configured
}

function optionOf(config: Config | null, name: string): Option | undefined {
  return config?.options.find((each) => `${each.section}.${each.name}` === name);
}

/** As the option is: a number stays one, whatever the field holds. */
function parsed(text: string, like: Limit["value"]): Limit["value"] | null {
  const value = text.trim();
  if (value === "") return null;
  return typeof like === "string" ? value : Number.isFinite(Number(value)) ? Number(value) : null;
}

function Editor({ limit, ask }: { limit: Limit; ask: (wanted: Wanted) => void }) {
  const [text, type] = useState<string | null>(null);
  const shown = text ?? String(limit.value);
  const value = parsed(shown, limit.value);
  const same = value === limit.value;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (value === null || same) return;
    type(null);
    ask({ limit, value, back: false });
  };
  return (
    <form class="editor" onSubmit={submit}>
      <input
        type="text"
        inputMode={typeof limit.value === "number" ? "decimal" : "text"}
        autocomplete="off"
        aria-label={limit.name}
        aria-invalid={value === null}
        data-act={`limit-${limit.name}`}
        value={shown}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && type(null)}
      />
      <button type="submit" class="act" data-act={`change-${limit.name}`} disabled={value === null || same}>
        Change
      </button>
    </form>
  );
}

function columnsOf(config: Config | null, ask: (wanted: Wanted) => void): Column<Limit>[] {
  return [
    {
      head: "Limit",
      cell: (limit) => (
        <>
          {limit.name}
          <small class="help">
            {optionOf(config, limit.name)?.help}
            {` (${limit.min} to ${limit.max})`}
          </small>
        </>
      ),
    },
    { head: "In force", cell: (limit) => <Editor limit={limit} ask={ask} /> },
    { head: "Configured", cell: (limit) => String(limit.configured) },
    {
      head: "Changed",
      class: () => "changed",
      cell: (limit) =>
        limit.changed ? (
          <>
            <span class="badge note">changed</span>{" "}
            <button type="button" class="act" data-act={`back-${limit.name}`} onClick={() => ask({ limit, value: limit.configured, back: true })}>
              Back to configured
            </button>
          </>
        ) : (
          "as configured"
        ),
    },
  ];
}

function Question({ wanted, state, config, done, close }: {
  wanted: Wanted;
  state: State;
  config: Config | null;
  done: () => void;
  close: () => void;
}) {
  const { limit, value, back } = wanted;
  return (
    <AskedDialog
      name="limit"
      title={`${back ? "Set" : "Change"} ${limit.name} from ${limit.value} ${back ? "back " : ""}to ${value}?`}
      yes={back ? "Back to configured" : "Change it"}
      grave={state.sections?.status.mode === "live"}
      act={() =>
        change("/api/v1/risk", { name: limit.name, value: back ? "configured" : value }).then((notice) => {
          done();
          return notice;
        })
      }
      close={close}
    >
      <p>{optionOf(config, limit.name)?.help}</p>
      <p>It holds for the next entry, is recorded, and is kept over a restart.</p>
    </AskedDialog>
  );
}

export function RiskLimits({ state, config }: { state: State; config: Config | null }) {
  const [wanted, ask] = useState<Wanted | null>(null);
  const [turn, setTurn] = useState(0);
  const answer = useData<RiskAnswer>("/api/v1/risk", AGAIN_MS, turn);
  return (
    <>
      <Panel
        name="Limits of risk"
        state={state}
        answer={answer}
        empty={(data) => (data.limits.length > 0 ? null : "This session tells no limits that may be changed.")}
      >
        {(data) => <Sorted name="Limits of risk" columns={columnsOf(config, ask)} rows={data.limits} keyOf={(limit) => limit.name} />}
      </Panel>
      {wanted && (
        <Question wanted={wanted} state={state} config={config} done={() => SETTLED_MS.forEach((ms) => setTimeout(() => setTurn((before) => before + 1), ms))} close={() => ask(null)} />
      )}
    </>
  );
}
