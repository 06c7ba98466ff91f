// SPDX-License-Identifier: MIT
// The model in force: what each strategy's proved forward in time, why it is live or a shadow, and what it looks at.

import { useState } from "preact/hooks";
import { many, NONE, percent, time, tone, words } from "./format";
import { Told, useData, type Answer } from "./panel";
import type { State } from "./store";
import { Table } from "./table";
import type { ModelAtWork, ModelBin, ModelProof, ModelStrategy, Models } from "./types";

const AGAIN_MS = 30_000; // another one may be put in force, or this one may have learned
const FEATURES = 8;
const SIZE = 100; // of the diagram, in its own units

/** E. B. Wilson's interval at 95 %. */
function wilson(rate: number, n: number): [number, number] {
  const z = 1.96;
  const middle = (rate + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return [Math.max(0, middle - half), Math.min(1, middle + half)]; // nought of five is not "-0.0"
}

export function share(rate: number | null, n: number): string {
  if (rate === null || n <= 0) return NONE;
  const [low, high] = wilson(rate, n);
  return `${percent(rate, 1)} (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`;
}

function figure(value: number | null, digits = 4): string {
  return value === null ? NONE : value.toFixed(digits);
}

/** What was said against what came; on the diagonal the two agree. */
function Reliability({ bins }: { bins: ModelBin[] }) {
  if (bins.length === 0) return null;
  const all = bins.flatMap((bin) => [bin.predicted, bin.low, bin.high]);
  const low = Math.max(0, Math.floor(Math.min(...all) * 10) / 10);
  const high = Math.min(1, Math.ceil(Math.max(...all) * 10) / 10);
  const x = (value: number): number => (SIZE * (value - low)) / (high - low);
  const y = (value: number): number => SIZE - x(value);
  const told = bins.map((bin) => `of ${bin.count} said ${percent(bin.predicted, 0)}, ${percent(bin.observed, 0)} won`);
  return (
    <figure class="reliability">
      <svg viewBox={`-2 -2 ${SIZE + 4} ${SIZE + 4}`} role="img" aria-label={`Reliability: ${told.join("; ")}`}>
        <rect width={SIZE} height={SIZE} />
        <line class="truth" x1="0" y1={SIZE} x2={SIZE} y2="0" />
        {bins.map((bin) => (
          <g key={bin.predicted}>
            <line x1={x(bin.predicted)} x2={x(bin.predicted)} y1={y(bin.low)} y2={y(bin.high)} />
            <circle cx={x(bin.predicted)} cy={y(bin.observed)} r="2.2" />
          </g>
        ))}
      </svg>
      <figcaption>
        Said (across) and won (up), {percent(low, 0)} to {percent(high, 0)}; bars: 95 %
      </figcaption>
    </figure>
  );
}

function Features({ proof }: { proof: ModelProof }) {
  const ranked = Object.entries(proof.model.importance)
    .sort((a, b) => b[1] - a[1])
    .slice(0, FEATURES);
  return (
    <div class="looks">
      <h3>It looks at</h3>
      <ul>
        {ranked.map(([name, part]) => (
          <li key={name}>
            <span>{words(name)}</span>
            <span>{percent(part, 0)}</span>
            <meter min={0} max={ranked[0]?.[1] || 1} value={part} aria-label={words(name)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Rivals({ proof }: { proof: ModelProof }) {
  return (
    <div class="rivals">
      <h3>It loses less (log loss) than</h3>
      <ul>
        {proof.rivals.map((each) => (
          <li key={each.rival}>
            {each.rival}:{" "}
            {each.shown ? (
              <span class={tone(each.low > 0 ? 1 : each.high < 0 ? -1 : 0)}>
                {figure(each.log_loss_less)} ({figure(each.low)} to {figure(each.high)})
              </span>
            ) : (
              "too few examples"
            )}
          </li>
        ))}
      </ul>
      <h3>By pair</h3>
      <ul>
        {proof.pairs.map((each) => (
          <li key={each.pair}>
            {each.pair}: {share(each.accuracy, each.effective)} right; a trade {percent(each.reward.without_model, 3, true)}, with it{" "}
            {percent(each.reward.with_model, 3, true)} ({each.reward.taken} of {each.reward.signals})
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Since it came into force, beside the heuristic on the same signals. */
function AtWork({ work }: { work: ModelAtWork }) {
  const { model, heuristic } = work;
  return (
    <p class="work">
      At work: asked of {many(work.asked, "signal")}, {work.known.toLocaleString("en-US")} of them over ({many(work.own, "own trade")}).{" "}
      {model.outcomes > 0 && (
        <>
          Log loss {figure(model.all.log_loss)} (the heuristic {figure(heuristic.all.log_loss)}), right {percent(model.all.accuracy, 1)}; of the last
          hundred or so {figure(model.recent.log_loss)}. A signal brought {percent(model.all.reward, 3, true)}, those it said yes to{" "}
          {percent(model.all.reward_yes, 3, true)} ({model.yes}).
        </>
      )}
    </p>
  );
}

const STANDS = {
  live: "live",
  shadow: "a shadow, which is asked and moves nothing",
  demoted: "demoted: what it said did not come true, and the heuristic judges in its place",
};

function Detail({ of, work }: { of: ModelStrategy; work: ModelAtWork | null }) {
  const { proof } = of;
  if (!proof) return <p class="empty">What this one proved is not in its file.</p>;
  return (
    <div class="proof" data-strategy={of.strategy}>
      <p>
        <strong>{words(of.strategy)}</strong> is {STANDS[work?.state ?? of.state]}. In its proof: {proof.reason}.
      </p>
      {work && <AtWork work={work} />}
      <div class="pictures">
        <Reliability bins={proof.predictors.ensemble.calibration} />
        <Features proof={proof} />
        <Rivals proof={proof} />
      </div>
    </div>
  );
}

function workOf(state: State, strategy: string): ModelAtWork | null {
  return state.sections?.strategies.find((each) => each.strategy === strategy)?.model ?? null;
}

function Strategies({ state: live, told, chosen, choose }: { state: State; told: Models; chosen: string; choose: (name: string) => void }) {
  return (
    <Table name="Models" heads={["Strategy", "State", "Examples", "Right", "Precision", "AUC", "Brier", "A trade", "With it", "Taken"]}>
      {told.strategies.map(({ strategy, state, proof }) => {
        const said = proof?.predictors.ensemble;
        const stands = workOf(live, strategy)?.state ?? state;
        return (
          <tr key={strategy} class={stands === "live" ? "" : "weak"} data-model={strategy}>
            <th scope="row">
              <button type="button" class="link" aria-pressed={strategy === chosen} onClick={() => choose(strategy)}>
                {words(strategy)}
              </button>
            </th>
            <td>
              <span class={`badge ${stands === "live" ? "gain" : stands === "demoted" ? "loss" : ""}`}>{proof?.verdict === "refused" ? "refused" : stands}</span>
            </td>
            <td>{said ? said.support.toLocaleString("en-US") : NONE}</td>
            <td>{said ? share(said.accuracy, said.effective) : NONE}</td>
            <td>{percent(said?.precision ?? null, 1)}</td>
            <td>{figure(said?.auc ?? null, 3)}</td>
            <td>{figure(said?.brier ?? null, 3)}</td>
            <td class={tone(proof?.reward.without_model ?? null)}>{percent(proof?.reward.without_model ?? null, 3, true)}</td>
            <td class={tone(proof?.reward.with_model ?? null)}>{percent(proof?.reward.with_model ?? null, 3, true)}</td>
            <td>{proof ? proof.reward.taken.toLocaleString("en-US") : NONE}</td>
          </tr>
        );
      })}
    </Table>
  );
}

function None({ told }: { told: Models }) {
  return (
    <p class="empty">
      {told.asked ? "No model is in force: the heuristic decides." : "No model is in force, and this session asks none: model.enabled is off."}{" "}
      <code>cuttle learn --keep</code> trains one.
    </p>
  );
}

export function useModels(state: State): Answer<Models> {
  const switched = state.thoughts.find((each) => each.kind === "model" || each.kind === "demoted")?.number ?? 0;
  return useData<Models>("/api/v1/ml-metrics", AGAIN_MS, switched);
}

export function ModelTold({ state }: { state: State }) {
  return (
    <Told state={state} answer={useModels(state)}>
      {(told) => <Model state={state} told={told} />}
    </Told>
  );
}

export function Model({ state, told }: { state: State; told: Models }) {
  const [chosen, choose] = useState("");
  if (!told.model) return <None told={told} />;
  const shown = told.strategies.find((each) => each.strategy === chosen) ?? told.strategies[0];
  return (
    <div class="model">
      <p class="of">
        Model <code>{told.model.slice(0, 12)}</code>, made {time(told.made, true)}
        {told.from && `, from candles of ${time(told.from, true).slice(0, 10)} to ${time(told.until, true).slice(0, 10)}`}.{" "}
        {!told.asked && <span class="loss">This session does not ask it: model.enabled is off.</span>} What follows was found forward in time.
      </p>
      <Strategies state={state} told={told} chosen={shown?.strategy ?? ""} choose={choose} />
      {shown && <Detail of={shown} work={workOf(state, shown.strategy)} />}
    </div>
  );
}
