// From which list one came, for whoever goes back to it by a key. As long as this tab is open.

let list: string | undefined;

/** Told of each place one goes to. */
export function passed(location: string, search: string): void {
  if (/^\/(inbox(\/[\w-]+)?|search|s\/[^/]+)?$/.test(location) && !location.endsWith("/one-by-one")) {
    list = location + (search ? `?${search}` : "");
  }
}

/** The list one was in last; undefined: none yet. */
export function lastList(): string | undefined {
  return list;
}
