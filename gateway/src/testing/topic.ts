/** Events for tests, with a count of who listens. */
export interface Topic<Event> {
  publish(event: Event): void;
  /** @param missed given first: what was published before, from where the follower wants it */
  follow(signal: AbortSignal, missed?: readonly Event[]): AsyncIterableIterator<Event>;
  /** All of them, in order. */
  readonly published: readonly Event[];
  /** Resolves when as many follow, or at once. */
  followers(count: number): Promise<void>;
}

export function createTopic<Event>(): Topic<Event> {
  const followers = new Set<(event: Event | null) => void>();
  const published: Event[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of [...watchers]) watcher();
  };

  return {
    published,
    publish: (event) => {
      published.push(event);
      for (const follower of followers) follower(event);
    },
    follow: (signal, missed = []) => {
      const waiting: Event[] = [...missed];
      let ended = false;
      let wake: () => void = () => undefined;
      const follower = (event: Event | null) => {
        if (event === null) ended = true;
        else waiting.push(event);
        wake();
      };
      followers.add(follower);
      changed();
      const leave = () => {
        if (followers.delete(follower)) changed();
        follower(null);
      };
      signal.addEventListener("abort", leave, { once: true });
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: async () => {
          while (waiting.length === 0 && !ended) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          const value = waiting.shift();
          return value === undefined ? { done: true, value: undefined } : { done: false, value };
        },
        return: () => {
          leave();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
    followers: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (followers.size !== count) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
  };
}
