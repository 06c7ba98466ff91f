// SPDX-License-Identifier: MIT
// Sums of decimal strings, exact to their last digit.

const DIGITS = 18; // more than any amount has

function parse(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + fraction.slice(0, DIGITS).padEnd(DIGITS, "0"));
  return text.startsWith("-") ? -value : value;
}

export function sum(texts: string[]): string {
  const total = texts.reduce((before, text) => before + parse(text), 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(DIGITS + 1, "0");
  const fraction = digits.slice(-DIGITS).replace(/0+$/, "");
  return `${total < 0n ? "-" : ""}${digits.slice(0, -DIGITS)}${fraction && `.${fraction}`}`;
}
