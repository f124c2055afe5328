/** A server that tells events to the subscribers of groups: the one that is measured, or the one beside it. */
export interface Publisher {
  readonly port: number;
  /** Tells one event to everybody who follows a group, for each group of the list, in its order. */
  publish(groups: readonly number[]): Promise<Sure>;
  /** Breaks off every connection. */
  cut(): void;
  /** Removes what it keeps on disk. */
  close(): Promise<void>;
}

/** Events that are told, or sure to be. */
export type Sure = {
  /** One for each event. */
  readonly cursors: readonly string[];
  /** Milliseconds since 1970, before any of them was written: their commit, or where nothing is kept the call. */
  readonly sureAt: number;
};

/** One event as its publisher knows it. */
export type Published = {
  readonly cursor: string;
  /** Milliseconds since 1970: when the publisher was asked. */
  readonly askedAt: number;
  /** Milliseconds since 1970: see `Sure`. */
  readonly sureAt: number;
};

/** What the process in which a publisher runs says when it listens: where, and what subscribers have to show. */
export type PublisherHello = { readonly port: number; readonly token: string };

/** What a bench asks of the process in which a publisher runs. */
export type PublisherRequest =
  | {
      readonly kind: "publish";
      readonly eventsPerSecond: number;
      readonly forMs: number;
      /** The groups take turns. */
      readonly groups: number;
    }
  /** One event to each group, at once. */
  | { readonly kind: "publishOnce"; readonly firstGroup: number; readonly groups: number }
  | { readonly kind: "cpu" }
  | { readonly kind: "memory" }
  | { readonly kind: "cut" };

export type PublisherAnswers = {
  readonly publish: readonly Published[];
  readonly publishOnce: readonly Published[];
  /** Milliseconds of all threads since the process began. */
  readonly cpu: number;
  /** Bytes, after garbage was collected. */
  readonly memory: { readonly heap: number; readonly rss: number };
  readonly cut: null;
};
