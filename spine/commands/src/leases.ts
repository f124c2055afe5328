import type { Logger } from "@crossdock/runtime";
import { createDeadline } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import type { Claim, CommandFence } from "./fence.ts";

/**
 * What a worker holds is renewed while it lives, so that leases are short: a command whose worker died
 * waits for seconds, however long a call may take.
 */
export interface Leases {
  /** Begin before the claim is asked for: our lease never outlasts the ledger's. */
  begin(): Lease;
}

export interface Lease {
  /** Aborts when the lease ended: nothing may be sent after that. */
  readonly signal: AbortSignal;
  /** The ledger gave the claim: it is renewed until `end`. */
  hold(claim: Claim): void;
  end(): void;
}

/** So often a lease is renewed before it ends, when all goes well. */
const RENEWALS_PER_LEASE = 3;

/** @param options.giveUp aborts every lease: the worker may wait no longer for what runs */
export function createLeases(options: {
  readonly fence: Pick<CommandFence, "renew">;
  readonly leaseMs: number;
  readonly giveUp: AbortSignal;
  readonly logger: Logger;
}): Leases {
  const { fence, leaseMs, giveUp, logger } = options;
  const held = new Map<Claim, Deadline>();
  let timer: NodeJS.Timeout | null = null;
  let renewing = false;

  /** One statement for all of them. What is not renewed ends at its time. */
  async function renewAll(): Promise<void> {
    if (renewing) return;
    renewing = true;
    const sinceMs = performance.now();
    const claims = [...held].flatMap(([claim, { signal }]) => (signal.aborted ? [] : [claim]));
    try {
      const renewed = await fence.renew(claims, leaseMs);
      for (const claim of renewed) {
        const deadline = held.get(claim);
        if (deadline?.signal.aborted === false) deadline.restart(sinceMs);
      }
    } catch (error) {
      logger.warn({ err: error, claims: claims.length }, "leases could not be renewed");
    } finally {
      renewing = false;
    }
  }

  return {
    begin() {
      const deadline = createDeadline(leaseMs, giveUp, "The lease has ended.");
      let mine: Claim | null = null;
      return {
        signal: deadline.signal,
        hold: (claim) => {
          mine = claim;
          held.set(claim, deadline);
          timer ??= setInterval(() => void renewAll(), leaseMs / RENEWALS_PER_LEASE);
        },
        end: () => {
          deadline.end();
          if (mine !== null) held.delete(mine);
          if (held.size > 0 || timer === null) return;
          clearInterval(timer);
          timer = null;
        },
      };
    },
  };
}
