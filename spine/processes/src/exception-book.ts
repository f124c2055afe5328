import type {
  CustomerNumber,
  ErrorClass,
  ExceptionAdvice,
  ExceptionOwner,
  ExceptionResolution,
  Instant,
  LastAnswer,
  Subject,
} from "@crossdock/domain";

/**
 * A time that a command, or a feed that fell silent, came before a person: what went wrong, who can lift it
 * and how, and what the person did. It is closed, never removed; what fails again after that gets another one.
 */
export type ExceptionRecord = {
  /** The id of the command, or the name of the feed, and a count of its exceptions: `01KBX…-1`. */
  readonly id: string;
  /** `null` where no command waits: a feed fell silent. */
  readonly commandId: string | null;
  readonly commandType: string | null;
  /** Whose command it is; `null` is the distributor's own. */
  readonly customerNumber: CustomerNumber | null;
  readonly subject: Subject;
  readonly class: ErrorClass | null;
  /** Stable: why it stopped. */
  readonly code: string;
  readonly owner: ExceptionOwner;
  readonly action: ExceptionAdvice["action"];
  /** In plain words. */
  readonly summary: string;
  /** JSON: the command's data without what is private. */
  readonly payload: unknown;
  readonly lastAnswer: LastAnswer | null;
  readonly correlationId: string;
  readonly openedAt: Instant;
  /** When it should be dealt with, as was agreed when it was opened. */
  readonly dueAt: Instant;
  /** Who works on it; `null` while nobody does. */
  readonly assignee: string | null;
  /** `null` while it waits. */
  readonly closed: {
    readonly at: Instant;
    readonly resolution: ExceptionResolution;
    readonly note: string | null;
    readonly by: string;
  } | null;
};

/** What is absent does not narrow. */
export type ExceptionFilter = {
  /** Whose exceptions may be seen; those of no customer only with "all". */
  readonly customerNumbers: readonly CustomerNumber[] | "all";
  readonly isOpen?: boolean;
  readonly code?: string;
  readonly class?: ErrorClass;
  readonly owner?: ExceptionOwner;
  /** 1 to 100. */
  readonly ids?: readonly string[];
  /** Whether it waits, or was dealt with, past the time when it should have been. */
  readonly isOverdue?: boolean;
  readonly assignee?: string;
};

/** First the one that was opened last, the one that was opened first, or the one that should be dealt with soonest. */
export type ExceptionSort = "NEWEST" | "OLDEST" | "DUE_FIRST";

export type ExceptionQuery = ExceptionFilter & {
  /** 1 to `MAX_EXCEPTIONS_PER_PAGE`. */
  readonly first: number;
  readonly sort?: ExceptionSort;
  /** The position of the last exception of the page before, in the same order; `null` starts. */
  readonly after: ExceptionPosition | null;
};

/** Where an exception stands in the list: survives inserts before it. `dueAt` where the list is sorted by it. */
export type ExceptionPosition = { readonly sequence: string; readonly dueAt?: Instant };

export type ExceptionPage = {
  /** In the order that was asked for, newest first where none was. */
  readonly exceptions: readonly {
    readonly record: ExceptionRecord;
    readonly position: ExceptionPosition;
  }[];
  readonly hasNextPage: boolean;
};

export const MAX_EXCEPTIONS_PER_PAGE = 100;

export interface ExceptionBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readExceptions(ids: readonly string[]): Promise<readonly (ExceptionRecord | null)[]>;
  listExceptions(query: ExceptionQuery): Promise<ExceptionPage>;
  countExceptions(filter: ExceptionFilter): Promise<number>;
  /** Whether a person has let a command go on that waited for this reason. */
  wasRetried(commandId: string, code: string): Promise<boolean>;
}
