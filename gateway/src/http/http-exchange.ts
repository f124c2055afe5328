import type { IncomingHttpHeaders } from "node:http";

/** A request for one answer, as it came. */
export type HttpExchange = {
  readonly method: string;
  /** Names in lower case, as Node has them. */
  readonly headers: IncomingHttpHeaders;
  /** From the `?` on, or nothing. */
  readonly search: string;
  /** Parsed, where there is one. */
  readonly body: unknown;
};

export type HttpAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
