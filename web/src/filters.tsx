// SPDX-License-Identifier: MIT
// What narrows a panel down, and the address that asks for it.

import { words } from "./format";

/** Members that are empty are left out. */
export function query(path: string, members: Record<string, string>): string {
  const given = Object.entries(members).filter(([, value]) => value !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

export function Choice({ name, value, among, choose }: { name: string; value: string; among: string[]; choose: (value: string) => void }) {
  return (
    <label>
      {name}
      <select aria-label={name} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">all</option>
        {among.map((each) => (
          <option key={each} value={each}>
            {words(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
