/** What came back of an attack. */
export type Observation = {
  /** Of HTTP; `null` where none came, which is right for what is not HTTP. */
  readonly status: number | null;
  /** Lower case, joined; all that was sent but the body. */
  readonly head: string;
  /** The body, or each message of a socket. */
  readonly texts: readonly string[];
  /** Why there is no answer: the connection was cut, or nothing came in time. */
  readonly silence: "cut" | "timeout" | null;
};
