import { readFile, stat } from "node:fs/promises";
import { SupergraphRefusedError, type Gateway } from "@crossdock/gateway";
import { sleep, type Logger } from "@crossdock/runtime";

export type SupergraphFileOptions = {
  readonly file: string;
  readonly gateway: Gateway;
  readonly logger: Logger;
  /** Between two looks. */
  readonly lookEveryMs?: number;
};

export interface SupergraphFileWatch {
  /** Looks no more. What is being loaded already is loaded. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Serves a supergraph's file again whenever it has changed. It is looked at and not listened to, which also
 * sees files that are swapped by a link (a ConfigMap) or lie on a network drive; one that is still being
 * written is read when two looks find the same. A file that is refused, unreadable or gone changes nothing:
 * the last good one is served on, and the file is read again when it changes again.
 */
export function watchSupergraphFile(options: SupergraphFileOptions): SupergraphFileWatch {
  const { file, gateway, logger, lookEveryMs = LOOK_EVERY_MS } = options;
  const stopping = new AbortController();

  async function serve(): Promise<void> {
    try {
      await gateway.reload({ supergraphSdl: await readFile(file, "utf8") });
    } catch (error) {
      if (error instanceof SupergraphRefusedError) return; // the gateway has said why
      logger.error({ err: error, file }, "the supergraph's file could not be served");
    }
  }

  async function watch(): Promise<void> {
    let served: string | null = null; // the first look finds what changed while the process started
    let seen: string | null = null;
    for (;;) {
      await sleep(lookEveryMs, stopping.signal);
      const now = await lookAt(file);
      const isSettled = now === seen;
      seen = now;
      if (!isSettled || now === served || now === null) continue;
      served = now;
      await serve();
    }
  }

  const watching = watch().catch(() => undefined); // `sleep` is what ends it
  return {
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

/** @returns what changes when the file does; `null` when there is none */
async function lookAt(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  return [found.dev, found.ino, found.size, found.mtimeMs].join(" ");
}
