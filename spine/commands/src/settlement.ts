import type { Ledger } from "@crossdock/ledger";
import { apart, type Logger } from "@crossdock/runtime";
import { SETTLED_CHANNEL } from "./channels.ts";
import { isSettled } from "./command-record.ts";
import type { CommandRecord } from "./command-record.ts";
import type { CommandReader } from "./command-reader.ts";

/** Waiting for commands to settle: woken by a notification, however many wait. */
export interface Settlement {
  /**
   * @param timeoutMs 0 reads once
   * @returns the command once it is settled, or as it is when the time is up; `null` when there is none
   * @throws the signal's reason when `signal` aborts first
   */
  waitUntilSettled(
    id: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<CommandRecord | null>;
  /** Whoever still waits gets the command as it is. */
  close(): Promise<void>;
}

/** A notification can be lost with its connection: so often all that is waited for is looked up, in one read. */
const NET_MS = 1_000;

export function createSettlement(options: {
  readonly ledger: Ledger;
  readonly reader: CommandReader;
  readonly logger: Logger;
}): Settlement {
  const { ledger, reader, logger } = options;
  const waiting = new Map<string, Set<() => void>>();
  let listening: Promise<() => Promise<void>> | null = null;
  let net: NodeJS.Timeout | null = null;

  const wake = (id: string): void => {
    for (const look of waiting.get(id) ?? []) look();
  };

  const castNet = async (): Promise<void> => {
    const records = await reader.read([...waiting.keys()].slice(0, MAX_LOOKED_UP));
    for (const record of records) if (record !== null && isSettled(record)) wake(record.id);
  };

  async function listen(): Promise<void> {
    // For all who wait: it is no part of what the first of them does.
    listening ??= apart(() => ledger.listen(SETTLED_CHANNEL, wake));
    try {
      await listening;
    } catch (error) {
      listening = null;
      throw error;
    }
  }

  function add(id: string, look: () => void): () => void {
    const looks = waiting.get(id) ?? new Set();
    waiting.set(id, looks.add(look));
    net ??= apart(() =>
      setInterval(() => {
        castNet().catch((error: unknown) => {
          logger.warn({ err: error }, "could not look for settled commands");
        });
      }, NET_MS),
    );
    return () => {
      looks.delete(look);
      if (looks.size === 0 && waiting.get(id) === looks) waiting.delete(id);
      if (waiting.size === 0 && net !== null) {
        clearInterval(net);
        net = null;
      }
    };
  }

  const readOne = async (id: string): Promise<CommandRecord | null> =>
    (await reader.read([id]))[0] ?? null;

  return {
    async waitUntilSettled(id, timeoutMs, signal) {
      await listen();
      signal.throwIfAborted();
      let woken: () => void = () => undefined;
      const settledOrLate = new Promise<void>((resolve) => {
        woken = resolve;
      });
      // Registered before the first read, so that nothing settles unseen between the two.
      const remove = add(id, woken);
      const timer = setTimeout(woken, timeoutMs);
      signal.addEventListener("abort", woken, { once: true });
      try {
        const now = await readOne(id);
        if (now === null || isSettled(now)) return now;
        await settledOrLate;
        signal.throwIfAborted();
        return await readOne(id);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", woken);
        remove();
      }
    },

    async close() {
      for (const looks of [...waiting.values()]) for (const look of [...looks]) look();
      await (
        await listening
      )?.();
    },
  };
}

const MAX_LOOKED_UP = 500;
