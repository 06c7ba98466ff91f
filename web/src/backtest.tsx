// SPDX-License-Identifier: MIT
// Backtests on demand: asked for in a form, run beside the session, kept, and compared.

import { useEffect, useState } from "preact/hooks";
import { cancel, ROUTE, type Job, type Options, type Whole } from "./backtest_ask";
import { BacktestForm } from "./backtest_form";
import { Outcome } from "./backtest_result";
import { percent, time, tone } from "./format";
import { Panel, useData } from "./panel";
import type { State } from "./store";
import { Table } from "./table";

const RUNNING_MS = 500;
const IDLE_MS = 5000;
const OPTIONS_MS = 60000;

export const nameOf = (job: Job): string =>
  `#${job.id} ${job.asked.pair} ${job.asked.strategy ?? "as configured"}${job.asked.timeframe ? ` ${job.asked.timeframe}` : ""}, ${job.asked.days} d`;

const isUnderWay = (job: Job): boolean => job.state === "queued" || job.state === "running";

function Progress({ job }: { job: Job }) {
  const [said, setSaid] = useState("");
  const act = async (): Promise<void> => {
    const answer = await cancel(job.id);
    setSaid(typeof answer === "string" ? answer : "");
  };
  return (
    <div class="bt-progress" role="group" aria-label={`Backtest ${job.id} ${job.state}`}>
      <span>{nameOf(job)}</span>
      <progress max={1} value={job.state === "running" ? job.progress : 0} aria-label="Done" />
      <span class="bt-done">{job.state === "running" ? percent(job.progress, 0) : "waits"}</span>
      <button type="button" class="act" data-act="bt-cancel" onClick={() => void act()}>
        Cancel
      </button>
      {said && <span class="bt-error">{said}</span>}
    </div>
  );
}

interface EarlierProps {
  jobs: Job[];
  shown: number;
  other: number;
  show: (id: number) => void;
  compare: (id: number) => void;
}

function Earlier({ jobs, shown, other, show, compare }: EarlierProps) {
  return (
    <Table
      name="Earlier backtests"
      heads={["Backtest", "State", "Return", "Buy and hold", "Worst drawdown", "Trades", "Won", "Made", "Show", "Compare"]}
    >
      {jobs.map((job) => (
        <tr key={job.id} class={job.id === shown ? "shown" : ""}>
          <td>{nameOf(job)}</td>
          <td title={job.error ?? undefined}>{job.state}</td>
          <td class={tone(job.figures?.total_return ?? null)}>{percent(job.figures?.total_return ?? null, 2, true)}</td>
          <td>{percent(job.figures?.buy_and_hold ?? null, 2, true)}</td>
          <td>{percent(job.figures?.drawdown_max ?? null)}</td>
          <td>{job.figures?.trades ?? "–"}</td>
          <td>{percent(job.figures?.win_rate ?? null, 0)}</td>
          <td>{time(job.made, true)}</td>
          <td class="hand">
            <button type="button" class="act" aria-pressed={job.id === shown} data-act={`bt-show-${job.id}`} onClick={() => show(job.id)}>
              Show<span class="unseen"> {nameOf(job)}</span>
            </button>
          </td>
          <td class="hand">
            {job.state === "done" && job.id !== shown && (
              <button
                type="button"
                class="act"
                aria-pressed={job.id === other}
                data-act={`bt-compare-${job.id}`}
                onClick={() => compare(job.id === other ? 0 : job.id)}
              >
                Compare<span class="unseen"> {nameOf(job)}</span>
              </button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** One that is kept; asked for again when its state changes. */
function useJob(id: number, jobs: Job[]) {
  const state = jobs.find((job) => job.id === id)?.state;
  return useData<Whole>(id > 0 && state !== undefined ? `${ROUTE}/${id}` : null, 0, state ?? "");
}

export function BacktestPage({ state }: { state: State }) {
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(0); // counts what was asked for, so that the list is asked anew
  const [shown, setShown] = useState(0);
  const [other, setOther] = useState(0);
  const options = useData<Options>(`${ROUTE}/options`, OPTIONS_MS, Number(state.connected));
  const list = useData<{ backtests: Job[] }>(ROUTE, busy ? RUNNING_MS : IDLE_MS, asked);
  const jobs = list.data?.backtests ?? [];
  const underWay = jobs.filter(isUnderWay);
  const newest = jobs.find((job) => job.state === "done")?.id ?? 0;
  useEffect(() => setBusy(underWay.length > 0), [underWay.length]);
  useEffect(() => {
    if (shown === 0 && newest > 0) setShown(newest);
  }, [newest]);
  const one = useJob(shown, jobs);
  const two = useJob(other, jobs);
  const compared = two.data?.result ? { result: two.data.result, name: nameOf(two.data) } : null;
  return (
    <div class="bt-page">
      <Panel name="Backtest" state={state} answer={options}>
        {(data) => (
          <BacktestForm
            options={data}
            made={(id) => {
              setBusy(true);
              setShown(id);
              setOther(0);
              setAsked((n) => n + 1);
            }}
          />
        )}
      </Panel>
      <div class="bt-right">
        {underWay.length > 0 && (
          <section class="panel glass" aria-label="Under way">
            {[...underWay].reverse().map((job) => (
              <Progress key={job.id} job={job} />
            ))}
          </section>
        )}
        {shown > 0 && (
          <Panel name={one.data ? nameOf(one.data) : "Result"} state={state} answer={one}>
            {(job) => <Outcome job={job} other={compared} />}
          </Panel>
        )}
        <Panel
          name="Earlier backtests"
          state={state}
          answer={list}
          empty={(data) => (data.backtests.length === 0 ? "None yet. The last 20 are kept, also over a restart." : null)}
        >
          {(data) => (
            <Earlier
              jobs={data.backtests}
              shown={shown}
              other={other}
              show={(id) => {
                setShown(id);
                setOther(0);
              }}
              compare={setOther}
            />
          )}
        </Panel>
      </div>
    </div>
  );
}
