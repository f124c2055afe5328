import { z } from "zod";
import type { ProfileBoard } from "./profiles.ts";
import { SOURCE_NAMES, type SourceName } from "./source.ts";

export const FAULT_KINDS = [
  "down", // the connection is cut, nothing was done
  "slow", // the answer comes `latencyMs` later
  "error", // 500, nothing was done
  "lostResponse", // the work is done, then the connection is cut
  "garbage", // 200 with a page that is none of the vendor's answers, nothing was done
  "rateLimit", // 429, nothing was done
  "duplicate", // a webhook is sent twice
  "reorder", // a webhook is held back behind the next one
  "drop", // a webhook is never sent
  "delay", // a webhook is sent `latencyMs` later
  "badSignature", // a webhook is changed on its way at the first try: its signature does not fit
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export const faultInput = z.object({
  source: z.enum(SOURCE_NAMES),
  kind: z.enum(FAULT_KINDS),
  rate: z.number().min(0).max(1).default(1),
  latencyMs: z.number().int().min(0).max(120_000).default(1_000),
  forMs: z.number().int().min(1).max(86_400_000).default(60_000),
  /** It strikes no more calls than so many. */
  times: z.number().int().min(1).optional(),
  /** Only calls of this operation, as the call counter names it; every call when left out. */
  operation: z.string().optional(),
  /** Only calls whose body has this text in it; for `lostResponse` and `garbage`. */
  containing: z.string().min(1).optional(),
});
export type FaultInput = z.infer<typeof faultInput>;

/** What a fault breaks a call with; the other kinds are about webhooks. */
const CALL_FAULTS: ReadonlySet<FaultKind> = new Set([
  "down",
  "slow",
  "error",
  "lostResponse",
  "garbage",
  "rateLimit",
]);

export interface FaultBoard {
  set(fault: FaultInput): void;
  clear(): void;
  list(): readonly FaultInput[];
  /** How often each kind has struck since the start, by source and kind: `erp lostResponse`. */
  struck(): Readonly<Record<string, number>>;
  /**
   * @param operation with what is known of it: `["POST $batch", "POST $batch salesOrders"]`
   * @param body what was sent, where it has been read
   * @returns the first fault of one of `kinds` that strikes this call, by its rate
   */
  strike(
    source: SourceName,
    operation: string | readonly string[],
    kinds: readonly FaultKind[],
    body?: unknown,
  ): { readonly latencyMs: number; readonly kind: FaultKind } | null;
  /** Whether somebody has planned a fault for this call: then no profile's chance is to disturb it. */
  plans(source: SourceName, operation: readonly string[]): boolean;
}

/** @param profiles whose standing faults strike after those that were set */
export function createFaultBoard(
  profiles: ProfileBoard,
  now: () => number = Date.now,
  roll = Math.random,
): FaultBoard {
  let active: { readonly fault: FaultInput; readonly until: number; left: number }[] = [];
  const struck: Record<string, number> = {};
  const live = () => {
    active = active.filter(({ until, left }) => until > now() && left > 0);
    return active;
  };
  const note = (source: SourceName, kind: FaultKind) => {
    const name = `${source} ${kind}`;
    struck[name] = (struck[name] ?? 0) + 1;
  };
  return {
    set(fault) {
      active.push({ fault, until: now() + fault.forMs, left: fault.times ?? Infinity });
    },
    clear() {
      active = [];
    },
    struck: () => ({ ...struck }),
    list: () => live().map(({ fault }) => fault),
    strike(source, operation, kinds, body) {
      const names = [operation].flat();
      for (const one of live()) {
        const { fault } = one;
        if (fault.source !== source || !kinds.includes(fault.kind)) continue;
        if (fault.operation !== undefined && !names.includes(fault.operation)) continue;
        if (fault.containing !== undefined && !textOf(body).includes(fault.containing)) continue;
        if (roll() >= fault.rate) continue;
        one.left -= 1;
        note(source, fault.kind);
        return fault;
      }
      for (const fault of profiles.standingFaults()) {
        const { kind, rate } = fault;
        if (fault.source !== source || !kinds.includes(kind)) continue;
        if (profiles.roll(`${source} ${kind} ${names[0] ?? ""}`) >= rate) continue;
        note(source, kind);
        return fault;
      }
      return null;
    },
    plans: (source, names) =>
      live().some(
        ({ fault }) =>
          fault.source === source &&
          CALL_FAULTS.has(fault.kind) &&
          (fault.operation === undefined || names.includes(fault.operation)),
      ),
  };
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : (JSON.stringify(body) ?? "");
}
