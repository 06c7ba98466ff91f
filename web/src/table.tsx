// SPDX-License-Identifier: MIT
// A table that scrolls in its own place.

import type { ComponentChildren } from "preact";

export function Table({ heads, children, name }: { heads: string[]; children: ComponentChildren; name: string }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
