// SPDX-License-Identifier: MIT
// Who we are: the session's token or a key, kept with the tab and shown with every request.

const PLACE = "cuttle-token";
const KEY = /^[0-9a-f]{64}$/;

export function storedKey(): string {
  return sessionStorage.getItem(PLACE) ?? "";
}

/** False when it is none: both kinds are 64 hexadecimal digits. */
export function keepKey(text: string): boolean {
  const key = text.trim();
  if (!KEY.test(key)) return false;
  sessionStorage.setItem(PLACE, key);
  return true;
}

export function forgetKey(): void {
  sessionStorage.removeItem(PLACE);
}

/** The key of `cuttle ctl link`, out of the address before anybody sees it there. */
export function takeToken(): void {
  const found = /^#token=([0-9a-f]{64})$/.exec(location.hash);
  if (!found) return;
  keepKey(found[1]!);
  history.replaceState(null, "", location.pathname);
}

/** fetch, with the key where there is one. Looking from the session's own machine needs none. */
export function request(path: string, init: RequestInit = {}): Promise<Response> {
  const key = storedKey();
  const headers = new Headers(init.headers);
  if (key) headers.set("Authorization", `Bearer ${key}`);
  return fetch(path, { ...init, headers });
}
