// Where each kind is begun that one can begin in a Space.

/** The last part of the address, by kind. */
export const PATHS = { topic: "write", decision: "decide", checkin: "ask" } as const;
