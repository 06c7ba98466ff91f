// SPDX-License-Identifier: MIT
// How far each limit of risk is used up: blue to three quarters of it, orange from there; a full one is said in
// words too.

import { money, percent } from "./format";
import { Pushed } from "./pushed";
import type { State } from "./store";
import { sum } from "./sum";
import type { Sections } from "./types";

interface Used {
  name: string;
  value: string;
  of: string | null; // null: there is no limit
  part: number; // of the limit
  note?: string; // what is counted
  help?: string;
}

function fraction(name: string, value: number, most: number, digits = 1): Used {
  return { name, value: percent(value, digits), of: most > 0 ? percent(most, digits) : null, part: most > 0 ? value / most : 0 };
}

const STOPS = "The first is what equity would fall by; the second is the sum of At risk of the positions. They differ by what the positions have gained or lost so far.";

function gauges({ risk, status, positions }: Sections): Used[] {
  const most = risk.positions_max;
  const equity = Number(status.equity);
  const atRisk = sum(positions.map((each) => each.risk));
  const of = (amount: number | string, counted: string): string => `${money(amount)} ${status.currency} ${counted}`;
  return [
    fraction("Day's loss", risk.day_loss, risk.day_loss_max),
    fraction("In positions", risk.exposure, risk.exposure_max),
    { name: "Positions", value: String(risk.positions), of: most > 0 ? String(most) : null, part: most > 0 ? risk.positions / most : 0 },
    { ...fraction("Lost if every stop is hit", risk.at_risk, 0, 2), note: of(risk.at_risk * equity, "from here, with sale fees"), help: STOPS },
    { ...fraction("The same from the entries", equity > 0 ? Number(atRisk) / equity : 0, 0, 2), note: of(atRisk, "at risk, with all fees"), help: STOPS },
    fraction("Below the highest equity", status.drawdown, 0, 2),
  ];
}

function Gauge({ used }: { used: Used }) {
  const part = Math.min(1, Math.max(0, used.part));
  const level = part >= 1 ? "full" : part >= 0.75 ? "high" : "";
  return (
    <div class="gauge" data-gauge={used.name} title={used.help}>
      <span>{used.name}</span>
      <span class="of">
        {used.value}
        {used.of && ` of ${used.of}`}
        {level === "full" && <strong> full</strong>}
      </span>
      {used.note && <small>{used.note}</small>}
      {used.of && (
        <meter class={level} min={0} max={1} value={part} aria-label={`${used.name}: ${Math.round(part * 100)} % of its limit`} />
      )}
    </div>
  );
}

export function Limits({ state }: { state: State }) {
  return (
    <Pushed
      name="Limits"
      class="panel limits"
      state={state}
      side={
        state.sections && (
          <>
            {state.sections.risk.loss_limit_hit && <span class="flag">Day's loss limit reached</span>}
            {state.sections.risk.crashed && <span class="flag">The market crashed</span>}
          </>
        )
      }
    >
      {(sections) => (
        <div class="gauges">
          {gauges(sections).map((used) => (
            <Gauge key={used.name} used={used} />
          ))}
        </div>
      )}
    </Pushed>
  );
}
