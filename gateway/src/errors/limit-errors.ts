import { DomainError } from "@crossdock/domain";

/** The limit that an operation went over, as a client reads it in `extensions.limit` and an operator in the metrics. */
export const LIMIT_NAMES = [
  "maxDepth",
  "maxAliases",
  "maxFields",
  "maxRootFields",
  "maxOperationPoints",
  "pointsPerMinute",
  "concurrentOperations",
  "sourceCallsPerMinute",
  "maxSubscriptions",
  "maxSubscriptionsPerClient",
  "maxSubscriptionsPerSocket",
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** One operation may cost more than any may. It is refused whenever it comes. */
export class CostLimitError extends DomainError {
  readonly code = "COST_LIMIT";
  readonly retry = "never";
  override readonly extensions: Readonly<Record<string, string | number>>;

  /** @param limit `pointsPerMinute` where it would never fit into the client's quota */
  constructor(limit: "maxOperationPoints" | "pointsPerMinute", points: number, max: number) {
    super(
      limit === "maxOperationPoints"
        ? `The operation may cost ${String(points)} points; at most ${String(max)} are allowed. Ask for less, or for smaller pages.`
        : `The operation may cost ${String(points)} points; you have ${String(max)} a minute. Ask for less, or for smaller pages.`,
    );
    this.extensions = { limit, points, max };
  }
}

/** One client has had, for now, what it may have. The same is answered later. */
export class RateLimitedError extends DomainError {
  readonly code = "RATE_LIMITED";
  readonly retry = "later";
  override readonly extensions: Readonly<Record<string, string | number>>;

  /** @param retryAfterSeconds whole, at least one */
  constructor(message: string, limit: LimitName, max: number, retryAfterSeconds: number) {
    super(message);
    this.extensions = { limit, max, retryAfterSeconds };
  }
}
