// SPDX-License-Identifier: MIT
// Every option with its value, its default and where the value comes from. Secrets arrive masked.

import { useState } from "preact/hooks";
import { many, words } from "./format";
import { Panel, type Answer } from "./panel";
import type { State } from "./store";
import type { Config, Option } from "./types_pages";

const text = (value: string): string => value || "not set";

/** By its value; a secret that is set differs from the default, which is none. */
function differs(option: Option): boolean {
  return option.value !== (option.secret ? "" : option.default);
}

function found(option: Option, wanted: string): boolean {
  return `${option.section}.${option.name} ${option.help} ${option.secret ? "" : option.value}`.toLowerCase().includes(wanted);
}

function sections(options: Option[]): [string, Option[]][] {
  const out = new Map<string, Option[]>();
  for (const option of options) out.set(option.section, [...(out.get(option.section) ?? []), option]);
  return [...out];
}

function Row({ option }: { option: Option }) {
  const marked = differs(option);
  return (
    <tr class={marked ? "differs" : ""} data-option={`${option.section}.${option.name}`}>
      <th scope="row">
        {option.name}
        <small class="help">{option.help}</small>
      </th>
      <td class="value">
        {option.secret ? <code>{option.value ? "***" : "not set"}</code> : <code>{text(option.value)}</code>}
        {marked && <span class="badge act">differs</span>}
      </td>
      <td>{option.secret ? "secret" : text(option.default)}</td>
      <td>{option.from}</td>
    </tr>
  );
}

function Section({ name, options, open }: { name: string; options: Option[]; open: boolean }) {
  const marked = options.filter(differs).length;
  return (
    <details class="options" open={open} data-section={name}>
      <summary>
        <strong>{words(name)}</strong>{" "}
        <span class="of">
          {many(options.length, "option")}
          {marked > 0 && `, ${marked} not as by default`}
        </span>
      </summary>
      <div class="wide" tabIndex={0} role="region" aria-label={`Options of ${words(name)}`}>
        <table>
          <caption class="unseen">Options of {words(name)}</caption>
          <thead>
            <tr>
              <th scope="col">Option</th>
              <th scope="col">Value</th>
              <th scope="col">Default</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {options.map((option) => (
              <Row key={option.name} option={option} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function Configuration({ state, config }: { state: State; config: Answer<Config> }) {
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState(false);
  const wanted = search.trim().toLowerCase();
  return (
    <Panel
      name="Configuration"
      state={state}
      answer={config}
      empty={(data) => (data.options.length === 0 ? "This session tells no options." : null)}
      side={
        <div class="filters" role="search" aria-label="Which options">
          <label>
            Find
            <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
          </label>
          <label class="tick">
            <input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />
            only what differs from the default
          </label>
        </div>
      }
    >
      {(data) => {
        const shown = data.options.filter((option) => (!only || differs(option)) && found(option, wanted));
        return (
          <>
            <p class="of count-of" aria-live="polite">
              {shown.length} of {many(data.options.length, "option")}. They are set in the file, the environment or on the command line, and read at the start.
            </p>
            {sections(shown).map(([name, options]) => (
              <Section key={`${name} ${wanted !== "" || only}`} name={name} options={options} open={wanted !== "" || only} />
            ))}
          </>
        );
      }}
    </Panel>
  );
}
