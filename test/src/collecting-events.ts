import type { EventResult } from "./graphql-client.ts";

/**
 * Takes events until one of them is the last one wanted, and then leaves the subscription.
 * @param isLast the next event is taken when it has answered
 * @throws after `timeoutMs`, or when the subscription ends or breaks before; the message says what came
 */
export async function collectUntil<Data>(
  events: AsyncIterableIterator<EventResult<Data>>,
  isLast: (data: Data) => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<Data[]> {
  const taken: Data[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${String(timeoutMs)} ms were over. ${came(taken)}`));
    }, timeoutMs);
  });
  try {
    for (;;) {
      const step = await Promise.race([events.next(), late]);
      if (step.done === true) throw new Error(`The subscription ended. ${came(taken)}`);
      const { data, errors } = step.value;
      if (data === null || errors.length > 0) {
        throw new Error(`An event came with errors: ${JSON.stringify(errors)}. ${came(taken)}`);
      }
      taken.push(data);
      if (await isLast(data)) return taken;
    }
  } finally {
    clearTimeout(timer);
    // Not awaited: a generator that waits for its next event ends when that comes.
    events.return?.().catch(() => undefined);
  }
}

function came(taken: readonly unknown[]): string {
  return `What came: ${JSON.stringify(taken)}`;
}
