/** How much one client may ask of the gateway. Whatever is over a limit is refused, never cut. */
export type GatewayLimits = {
  /** Levels of fields in one operation, fragments unfolded. Introspection has its own limit. */
  readonly maxDepth: number;
  /** Renamed fields in one operation, fragments unfolded. */
  readonly maxAliases: number;
  /** Fields in one operation, fragments unfolded: what planning and execution have to walk. */
  readonly maxFields: number;
  /** Fields at the root of one operation, fragments unfolded. */
  readonly maxRootFields: number;
  /** What one query or mutation, or one event of a subscription, may cost: see `PointsOf`. */
  readonly maxOperationPoints: number;
  /** Lexical tokens in one document, counted while it is read. */
  readonly maxTokens: number;
  /** Lists and objects within each other, in the variables and the extensions of one operation. */
  readonly maxInputLevels: number;
  /** Bytes of an HTTP body, and of one WebSocket message. */
  readonly maxBodyBytes: number;
  /** After which the request is answered with what is there by then. Not for subscriptions. */
  readonly requestTimeoutMs: number;
  /**
   * So long after a query began, the same caller's same query is answered by its run. What takes longer waits for a
   * source, and the reads of sources are shared by all callers.
   */
  readonly joinableMs: number;
  /** Live operations on one WebSocket. */
  readonly maxSubscriptionsPerSocket: number;
  /** Live subscriptions of one viewer of one application, over all its sockets and event streams. */
  readonly maxSubscriptionsPerClient: number;
  /** Live subscriptions of the whole process, over WebSocket and server-sent events. */
  readonly maxSubscriptions: number;
  /** Events that may wait for one subscriber before it counts as too slow. */
  readonly maxQueuedEvents: number;
  /** Bytes of the events that may wait for one subscriber before it counts as too slow. */
  readonly maxQueuedBytes: number;
  /** Events of one subscriber that are completed while an earlier one is. */
  readonly maxEventsAhead: number;
  /** For which a connection may take nothing of what is written to it before its subscriber counts as too slow. */
  readonly maxDrainMs: number;
  /** Bytes that are written to one connection before its subscribers wait for it to take some. */
  readonly connectionRoomBytes: number;
  /** Openings of a broken upstream in a row, without an event between, before its subscribers are told. */
  readonly maxUpstreamTries: number;
  /** Between two such openings. */
  readonly maxUpstreamBackoffMs: number;
  /** Bytes that may wait to be written to one WebSocket before it is cut off. */
  readonly maxSocketBufferBytes: number;
  /** From the opening of a WebSocket to its `connection_init`. */
  readonly connectionInitTimeoutMs: number;
  /** Between two pings of a WebSocket, and between two comments of an event stream. */
  readonly keepAliveMs: number;
  /**
   * When another supergraph is served, the subscriptions that are no longer valid end within this time, each
   * at a moment of its own, so that their clients do not come back all at once.
   */
  readonly schemaChangeSpreadMs: number;
  /** Plans of subscriptions that are kept, for each supergraph. */
  readonly maxCachedSubscriptionPlans: number;
};

export const DEFAULT_LIMITS: GatewayLimits = {
  maxDepth: 15,
  maxAliases: 50,
  maxFields: 2_000,
  maxRootFields: 20,
  maxOperationPoints: 50_000,
  maxTokens: 5_000,
  maxInputLevels: 64,
  maxBodyBytes: 2 * 1024 * 1024,
  requestTimeoutMs: 30_000,
  joinableMs: 100,
  maxSubscriptionsPerSocket: 50,
  maxSubscriptionsPerClient: 1_000,
  maxSubscriptions: 20_000,
  maxQueuedEvents: 256,
  maxQueuedBytes: 1024 * 1024,
  maxEventsAhead: 8,
  maxDrainMs: 20_000,
  connectionRoomBytes: 32 * 1024,
  maxUpstreamTries: 8,
  maxUpstreamBackoffMs: 5_000,
  maxSocketBufferBytes: 4 * 1024 * 1024,
  connectionInitTimeoutMs: 5_000,
  keepAliveMs: 15_000,
  schemaChangeSpreadMs: 5_000,
  maxCachedSubscriptionPlans: 500,
};
