// SPDX-License-Identifier: MIT
// Where the money is: free, held by entries that rest, and in positions by pair. Cash counts what
// resting buys may still spend, as the engine does.

import { money, percent } from "./format";
import { Pushed } from "./pushed";
import type { State } from "./store";
import type { Order, Sections } from "./types";

interface Part {
  name: string;
  value: number;
  kind: "free" | "held" | "position";
}

/** What a resting buy may still cost at its limit; of one without a limit that is not known here. */
function mayCost(order: Order): number {
  if (order.side !== "buy" || order.limit === null) return 0;
  return (Number(order.quantity) - Number(order.filled)) * Number(order.limit);
}

function partsOf({ status, positions, orders }: Sections): Part[] {
  const held = orders.reduce((sum, order) => sum + mayCost(order), 0);
  const inPairs = positions.map(
    (each): Part => ({ name: each.pair, value: each.last ? Number(each.quantity) * Number(each.last) : Number(each.cost), kind: "position" }),
  );
  return [
    { name: "Free cash", value: Math.max(0, Number(status.cash) - held), kind: "free" },
    { name: "Held by entry orders", value: held, kind: "held" },
    ...inPairs.sort((a, b) => b.value - a.value),
  ];
}

function Bar({ parts, total }: { parts: Part[]; total: number }) {
  const told = parts.map((part) => `${part.name} ${percent(part.value / total, 0)}`).join(", ");
  let position = 0;
  return (
    <div class="capital-bar" role="img" aria-label={told}>
      {parts
        .filter((part) => part.value > 0)
        .map((part) => (
          <i
            key={part.name}
            class={part.kind === "position" ? `position shade-${position++ % 3}` : part.kind}
            style={{ width: `${(100 * part.value) / total}%` }}
          />
        ))}
    </div>
  );
}

export function Capital({ state }: { state: State }) {
  return (
    <Pushed name="Capital in use" state={state}>
      {(sections) => {
        const parts = partsOf(sections);
        const total = parts.reduce((sum, part) => sum + part.value, 0);
        if (total <= 0) return <p class="empty">There is no money in this account.</p>;
        const used = parts.filter((part) => part.kind !== "free").reduce((sum, part) => sum + part.value, 0);
        return (
          <>
            <p class="lead" data-capital>
              {percent(used / total, 1)} of {money(total)} {sections.status.currency} is in use
              {sections.risk.exposure_max > 0 && `; positions may cost ${percent(sections.risk.exposure_max, 0)} of equity`}.
            </p>
            <Bar parts={parts} total={total} />
            <table class="capital-parts">
              <caption class="unseen">Capital by where it is</caption>
              <tbody>
                {parts.map((part) => (
                  <tr key={part.name} data-part={part.name}>
                    <th scope="row">{part.name}</th>
                    <td>{money(part.value)}</td>
                    <td>{percent(part.value / total, 1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        );
      }}
    </Pushed>
  );
}
