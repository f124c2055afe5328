export { owned } from "./access-decisions.ts";
export type { AccessDecisions, RootDecision, TypeDecision } from "./access-decisions.ts";
export { createBatchLoader, isLoaded } from "./batch-loader.ts";
export type { BatchLoad, BatchLoader } from "./batch-loader.ts";
export { buildSubgraph } from "./build-subgraph.ts";
export type { SubgraphParts } from "./build-subgraph.ts";
export { createChangedHere } from "./changed-here.ts";
export type { ChangedHere } from "./changed-here.ts";
export { commandView, maySeeCommand } from "./command.ts";
export type { CommandView } from "./command.ts";
export {
  boundedCount,
  connectionOf,
  datePosition,
  decodePosition,
  encodePosition,
  instantPosition,
  MAX_PAGE_ITEMS,
  MAX_TOTAL_COUNT,
  parseFirst,
  positionId,
} from "./connection.ts";
export type { Connection } from "./connection.ts";
export { documentsOf } from "./documents-of.ts";
export { NotFoundError } from "./errors.ts";
export { followEvents, MAX_PENDING_EVENTS } from "./follow-events.ts";
export { followedBook, MAX_BOOK_AGE_MS } from "./followed-book.ts";
export type { ReadThrough } from "./followed-book.ts";
export type { FollowOptions } from "./follow-events.ts";
export { MASKED_MESSAGE, publicError, toPublicError } from "./public-error.ts";
export { checkAddress, readAddress } from "./address-input.ts";
export { readOrdersById } from "./orders-by-id.ts";
export { readInTime } from "./read-in-time.ts";
export { requireViewer, wishOf } from "./request.ts";
export type { Subgraph, SubgraphRequest } from "./request.ts";
export { scalars } from "./scalars.ts";
export { sharedTypes } from "./shared-types.ts";
export { isShortText } from "./short-text.ts";
export {
  accountsOf,
  MAX_SNAPSHOT_ENTRIES,
  pageOf,
  SNAPSHOT_PAGE,
  SnapshotTooLargeError,
} from "./snapshot.ts";
export type { Snapshot, SnapshotEntry, SnapshotPage } from "./snapshot.ts";
export { idOrNull } from "./id-or-null.ts";
export { oneOf } from "./one-of.ts";
export { MAX_FILTER_IDS, parseIds } from "./id-lists.ts";
export {
  checkWait,
  conflictWith,
  invalidValue,
  MAX_WAIT_MS,
  RefusedCommand,
  takeCommand,
} from "./take-command.ts";
export type {
  CommandAnswer,
  CommandAsked,
  CommandInput,
  CommandIntake,
  CommandPlan,
} from "./take-command.ts";
export { withLoaders } from "./with-loaders.ts";
export type { WithLoaders } from "./with-loaders.ts";
