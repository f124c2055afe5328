/** One operation of a manifest, in Apollo's format. */
export type ManifestOperation = {
  /** What a client sends instead of the text. */
  readonly id: string;
  readonly name: string;
  readonly type: "query" | "mutation" | "subscription";
  /** One operation and its fragments. */
  readonly body: string;
};

/** Where the gateway looks up what clients have had accepted, and notes what they have not. */
export interface PersistedOperations {
  /** Who has any. */
  clients(): readonly string[];
  /**
   * Those of all promoted manifests of a client, each id once. From memory; the same array until they change.
   */
  promotedOf(clientId: string): readonly ManifestOperation[];
  /**
   * Calls with a client id each time that its promoted operations have changed.
   * @returns stops it
   */
  onChange(listener: (clientId: string) => void): () => void;
  /** A client in the mode `log` has sent a text that is in none of its manifests. Returns at once. */
  noteUnknown(clientId: string, text: string): void;
}

const NONE: readonly ManifestOperation[] = [];

/** For a gateway whose clients have no manifests. */
export function createNoPersistedOperations(): PersistedOperations {
  return {
    clients: () => [],
    promotedOf: () => NONE,
    onChange: () => () => undefined,
    noteUnknown: () => undefined,
  };
}
