// SPDX-License-Identifier: MIT
// What a backtest may be asked for: the session says which pairs, days, strategies and settings there are.

import { useState } from "preact/hooks";
import { order, type Asked, type Options, type Parameter } from "./backtest_ask";
import { many, time, words } from "./format";

type Values = Record<string, string>;

const rangeOf = (each: Parameter): string => {
  const range = each.min === null || each.max === null ? "" : `, ${each.min} to ${each.max}`;
  const unit = each.unit && !each.unit.includes("..") ? ` ${each.unit}` : "";
  return `default ${each.default || "none"}${range}${unit}`;
};

interface FieldProps {
  each: Parameter;
  value: string;
  change: (value: string) => void;
}

function Input({ each, value, change }: FieldProps) {
  const id = `bt-${each.name}`;
  const told = { id, name: each.name, "aria-describedby": `${id}-help` };
  const input = (event: Event): void => change((event.target as HTMLInputElement).value);
  if (each.type === "switch")
    return (
      <input
        {...told}
        type="checkbox"
        checked={value === "true"}
        onChange={(event) => change(String((event.target as HTMLInputElement).checked))}
      />
    );
  if (each.type === "choice")
    return (
      <select {...told} value={value} onChange={input}>
        {each.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  if (each.type === "duration") return <input {...told} type="text" value={value} onInput={input} />;
  const range = each.min === null || each.max === null ? {} : { min: each.min, max: each.max };
  return <input {...told} type="number" step={each.type === "whole" ? 1 : "any"} {...range} required value={value} onInput={input} />;
}

function Field(props: FieldProps) {
  const { each, value } = props;
  return (
    <div class={`bt-field ${value !== each.value ? "changed" : ""}`}>
      <label for={`bt-${each.name}`}>{words(each.name.replace(/^.*\./, ""))}</label>
      <Input {...props} />
      <small id={`bt-${each.name}-help`}>
        {each.help} <span class="bt-range">({rangeOf(each)})</span>
      </small>
    </div>
  );
}

interface FormProps {
  options: Options;
  made: (id: number) => void;
}

export function BacktestForm({ options, made }: FormProps) {
  const [pair, setPair] = useState(options.pairs[0]?.pair ?? "");
  const [days, setDays] = useState("30");
  const [strategy, setStrategy] = useState(options.strategies.find((each) => each.enabled)?.strategy ?? "");
  const [timeframe, setTimeframe] = useState("");
  const [values, setValues] = useState<Values>({});
  const [said, setSaid] = useState("");
  const [sending, setSending] = useState(false);
  const stock = options.pairs.find((each) => each.pair === pair) ?? options.pairs[0];
  const chosen = options.strategies.find((each) => each.strategy === strategy);
  const parameters = chosen?.parameters ?? [];
  const valueOf = (each: Parameter): string => values[each.name] ?? each.value;
  const change = (name: string) => (value: string) => setValues((before) => ({ ...before, [name]: value }));
  const most = stock ? Math.max(1, Math.min(stock.days, options.days_max)) : 1;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const set: Values = {};
    for (const each of [...parameters, ...options.account])
      if (valueOf(each) !== each.value) set[each.name] = valueOf(each);
    const asked: Asked = {
      pair: stock?.pair ?? "",
      days: Number(days),
      strategy: strategy || null,
      timeframe: timeframe || null,
      set,
    };
    setSending(true);
    const answer = await order(asked);
    setSending(false);
    setSaid(typeof answer === "string" ? answer : "");
    if (typeof answer !== "string") made(answer.id);
  };

  if (!stock) return <p class="empty">{options.missing ?? "There are no candles to run on."}</p>;
  return (
    <form class="bt-form" onSubmit={(event) => void submit(event)}>
      <div class="bt-main">
        <div class="bt-field">
          <label for="bt-pair">Pair</label>
          <select id="bt-pair" value={stock.pair} onChange={(event) => setPair((event.target as HTMLSelectElement).value)}>
            {options.pairs.map((each) => (
              <option key={each.pair}>{each.pair}</option>
            ))}
          </select>
        </div>
        <div class="bt-field">
          <label for="bt-days">Days</label>
          <input
            id="bt-days"
            type="number"
            required
            min={1}
            max={most}
            step={1}
            value={days}
            aria-describedby="bt-days-help"
            onInput={(event) => setDays((event.target as HTMLInputElement).value)}
          />
        </div>
        <div class="bt-field">
          <label for="bt-strategy">Strategy</label>
          <select
            id="bt-strategy"
            value={strategy}
            onChange={(event) => {
              setStrategy((event.target as HTMLSelectElement).value);
              setValues({});
            }}
          >
            <option value="">as configured: all that vote</option>
            {options.strategies.map((each) => (
              <option key={each.strategy} value={each.strategy}>
                {words(each.strategy)}
              </option>
            ))}
          </select>
        </div>
        <div class="bt-field">
          <label for="bt-timeframe">Timeframe</label>
          <select id="bt-timeframe" value={timeframe} onChange={(event) => setTimeframe((event.target as HTMLSelectElement).value)}>
            <option value="">as configured</option>
            {options.timeframes.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </div>
      </div>
      <small id="bt-days-help">
        {options.market === "synthetic"
          ? `The session's own synthetic market, up to ${time(stock.to, true)} UTC.`
          : `${stock.venue} candles (${stock.candles_of.join(", ")}) from ${time(stock.from, true)} to ${time(stock.to, true)} UTC: ${many(stock.days, "day")}.`}
      </small>
      <div class="bt-run">
        <button type="submit" class="act" data-act="bt-run" disabled={sending}>
          Run backtest
        </button>
        <button type="reset" class="act" onClick={() => setValues({})}>
          As configured
        </button>
        <span class="bt-error" role="status">
          {said}
        </span>
      </div>
      {chosen && (
        <fieldset>
          <legend>{words(chosen.strategy)}</legend>
          {chosen.help && <p class="bt-help">{chosen.help}</p>}
          <div class="bt-fields">
            {parameters.map((each) => (
              <Field key={each.name} each={each} value={valueOf(each)} change={change(each.name)} />
            ))}
          </div>
        </fieldset>
      )}
      <details>
        <summary>Account, costs, risk and exits</summary>
        <div class="bt-fields">
          {options.account.map((each) => (
            <Field key={each.name} each={each} value={valueOf(each)} change={change(each.name)} />
          ))}
        </div>
      </details>
    </form>
  );
}
