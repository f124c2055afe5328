import type { Viewer } from "@crossdock/domain";

/** What was done to a subject. */
export type AccessKind = "READ" | "CHANGE";

/**
 * What came of it: it was shown or taken; there is nothing of that name for who asks; the business said no; or the code of an error.
 */
export type AccessOutcome = "OK" | "NOT_FOUND" | "REFUSED" | (string & {});

/** What one request did. It is told in parts, as its fields are answered. */
export type AccessNote = {
  /** The same for all parts of one request. */
  readonly request: object;
  readonly viewer: Viewer;
  readonly correlationId: string;
  readonly access: AccessKind;
  /** The client's name for its operation; the root field when it gave none. */
  readonly operation: string;
  readonly outcome: AccessOutcome;
  /** `null` where nothing was shown. */
  readonly subject: string | null;
};

/** Where it is written down who read or changed what. */
export interface AccessJournal {
  /** Never throws, and nobody waits for it. */
  note(note: AccessNote): void;
}
