/** An event of `orderChanged`, as far as its values differ from those that are made up. */
type TickedEvent = { readonly orderChanged: { readonly cursor: string } };

/** Events that all who follow are sent at once; who does not take one before the next has lost it. */
export type Ticker = {
  readonly follow: () => AsyncIterableIterator<TickedEvent>;
  readonly tick: () => void;
};

export function createTicker(): Ticker {
  const waiting = new Set<(step: IteratorResult<TickedEvent>) => void>();
  let count = 0;

  function settleAll(step: IteratorResult<TickedEvent>): void {
    const settle = [...waiting];
    waiting.clear();
    for (const each of settle) each(step);
  }

  return {
    tick: () => {
      count += 1;
      settleAll({ done: false, value: { orderChanged: { cursor: String(count) } } });
    },
    follow: () => {
      let end: ((step: IteratorResult<TickedEvent>) => void) | null = null;
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: () =>
          new Promise((resolve) => {
            end = resolve;
            waiting.add(resolve);
          }),
        return: () => {
          if (end !== null) {
            waiting.delete(end);
            end({ done: true, value: undefined });
          }
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
}
