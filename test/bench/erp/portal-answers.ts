import type { PortalKind } from "./portal-mix.ts";

/** What portal users were answered in one run, as they saw it. */
export type PortalAnswers = {
  readonly looks: readonly PortalAnswer[];
  /** From the first look until the last answer. */
  readonly tookMs: number;
  /** How late the client itself was in sending: at worst, and for 99 of 100. */
  readonly lagMs: { readonly p99: number; readonly max: number };
  /** Of one core, that the client's process used meanwhile. */
  readonly clientCpu: number;
};

export type PortalAnswer = {
  readonly kind: PortalKind;
  /** From when it had to be sent. */
  readonly tookMs: number;
  /** `OK`, or the code of the first error. */
  readonly code: string;
  /** Values of the answer by `provenance.freshness`. */
  readonly freshness: Readonly<Record<string, number>>;
  /** As the answer tells it; zeroes when it does not. */
  readonly cost: ToldCost;
};

export type ToldCost = {
  readonly points: number;
  readonly sourceCalls: number;
  readonly cached: number;
  readonly stale: number;
};

const NOTHING: ToldCost = { points: 0, sourceCalls: 0, cached: 0, stale: 0 };

/** @param text of a GraphQL answer */
export function readAnswer(text: string): Pick<PortalAnswer, "code" | "freshness" | "cost"> {
  const { errors = [], extensions = {} } = JSON.parse(text) as {
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
    readonly extensions?: { readonly cost?: Partial<ToldCost> };
  };
  const [first] = errors;
  const freshness: Record<string, number> = {};
  for (const [, told = ""] of text.matchAll(/"freshness":"([A-Z]+)"/g)) {
    freshness[told] = (freshness[told] ?? 0) + 1;
  }
  return {
    code: first === undefined ? "OK" : (first.extensions?.code ?? "ERROR"),
    freshness,
    cost: { ...NOTHING, ...extensions.cost },
  };
}
