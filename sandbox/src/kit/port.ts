import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const RETRY_EVERY_MS = 200;

/**
 * Makes sure that nobody listens on `port`, before anything is opened on its behalf.
 * @param port 0 chooses a free one
 * @returns the port, free a moment ago
 * @throws the system's error (`EADDRINUSE`) when it is still taken after `waitMs`
 */
export async function claimPort(port: number, host: string, waitMs: number): Promise<number> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      return await listenOnce(port, host);
    } catch (error) {
      const inUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!inUse || Date.now() >= deadline) throw error;
      await sleep(RETRY_EVERY_MS);
    }
  }
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ port, host }, () => {
      const address = probe.address();
      const claimed = typeof address === "object" && address !== null ? address.port : port;
      probe.close(() => {
        resolve(claimed);
      });
    });
  });
}
