import { createRequestController } from "../execution/deadline.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { Audience, audienceKeyOf, lenderOf } from "./audience.ts";
import type { CompleteForAll } from "./audience.ts";
import { Branch } from "./branch.ts";
import type { Prepare, PreparedSubscription } from "./prepare.ts";
import type { Subscriber } from "./subscriber.ts";
import { openUpstream } from "./upstream.ts";
import type { UpstreamEnd } from "./upstream.ts";
import { Delivery } from "./upstream-event.ts";
import type { UpstreamEvent } from "./upstream-event.ts";
import type { StreamStart, UpstreamOperation } from "./upstream-operation.ts";

export type ChannelOptions = {
  readonly operation: UpstreamOperation;
  /** Of those that the operation uses. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly subgraph: SubgraphTransport;
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly complete: CompleteForAll;
  /** Tells a subscriber how its stream ended at the subgraph. */
  readonly tellEnd: (subscriber: Subscriber, end: UpstreamEnd) => void;
  /** Called when the last subscriber has left. */
  readonly onEmpty: () => void;
};

/**
 * All who follow the same events: one operation at the owning subgraph, with equal variables, in the name of
 * one authority. They share one upstream, whatever place in the log they started from.
 *
 * Who starts from a cursor at which no upstream stands gets one of its own, a _branch_ of the channel. All
 * branches read one sequence, in the order of the log, so two that stand at the same cursor have the same
 * future: when a branch delivers an event at which another one stands, or that the other one has delivered not
 * long ago, its members get from the other one what they do not have yet, and go on there. Nothing
 * lies between the two, for an event has one cursor, and the switch is made in one go, with no event
 * delivered meanwhile. Cursors are only compared for being equal; what they mean is the subgraph's.
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #audiences = new Map<string, Audience>();
  readonly #branches = new Set<Branch>();
  readonly #places = new Map<Subscriber, Audience>();
  readonly #emptied = createRequestController();

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  join(subscriber: Subscriber, prepared: PreparedSubscription, start: StreamStart): void {
    const audience = this.#audienceOf(prepared);
    audience.add(subscriber);
    this.#places.set(subscriber, audience);
    const found = this.#branchAt(start);
    const branch = found?.branch ?? this.#openBranch(start);
    subscriber.startAt(branch.position);
    branch.add(audience, subscriber);
    for (const event of found?.missed ?? []) subscriber.offer(this.#delivery(audience, event));
    if (branch.upstream === null) this.#open(branch, start);
  }

  leave(subscriber: Subscriber): void {
    const audience = this.#places.get(subscriber);
    if (audience === undefined) return;
    this.#places.delete(subscriber);
    audience.remove(subscriber);
    if (audience.size === 0) this.#audiences.delete(audience.key);
    for (const branch of this.#branches) {
      branch.remove(audience, subscriber);
      if (branch.members.size === 0) this.#drop(branch);
    }
    if (this.#places.size > 0) return;
    this.#emptied.abort();
    this.#options.onEmpty();
  }

  /** Each subscriber's operation. */
  running(): readonly PreparedSubscription[] {
    return [...this.#places.values()].map(({ prepared }) => prepared);
  }

  /**
   * Completes from the next event on with the plans of another supergraph.
   * @returns for how many subscribers
   */
  replan(prepare: Prepare): number {
    let replanned = 0;
    for (const audience of [...this.#audiences.values()]) {
      const again = prepare(audience.prepared);
      if (again.kind !== "subscription") continue;
      this.#audiences.delete(audience.key);
      audience.replan(again);
      this.#audiences.set(audience.key, audience);
      replanned += audience.size;
    }
    return replanned;
  }

  #audienceOf(prepared: PreparedSubscription): Audience {
    const key = audienceKeyOf(prepared);
    const audience = this.#audiences.get(key) ?? new Audience(prepared);
    this.#audiences.set(key, audience);
    return audience;
  }

  /** A branch that the subscriber can follow from where it starts, and what it has to be given first. */
  #branchAt({ after, fromSnapshot }: StreamStart): {
    readonly branch: Branch;
    readonly missed: readonly UpstreamEvent[];
  } | null {
    for (const branch of this.#branches) {
      if (after !== null) {
        const missed = branch.eventsAfter(after);
        if (missed !== null) return { branch, missed };
      } else if (branch.isLive && !fromSnapshot) return { branch, missed: [] };
    }
    return null;
  }

  #openBranch({ after, fromSnapshot }: StreamStart): Branch {
    const isLive = after === null && !fromSnapshot;
    const branch = new Branch(after, isLive, this.#options.limits, (audience, event) =>
      this.#delivery(audience, event),
    );
    this.#branches.add(branch);
    return branch;
  }

  #open(branch: Branch, start: StreamStart): void {
    const { subgraph, operation, variables, limits, metrics } = this.#options;
    metrics.upstreamOpened();
    branch.upstream = openUpstream({
      subgraph,
      operation,
      variables,
      start,
      limits,
      lender: () => lenderOf(branch.members.keys()),
      onEvent: (event) => {
        branch.deliver(event, this.#branches.size > 1);
        this.#meet(branch);
        return branch.room();
      },
      onReopen: () => {
        metrics.upstreamReopened();
      },
      onEnd: (end) => {
        this.#ended(branch, end);
      },
    });
  }

  #delivery(audience: Audience, event: UpstreamEvent): Delivery {
    const { complete } = this.#options;
    const { signal } = this.#emptied;
    return new Delivery(event, (of) => complete(audience.prepared, of, audience.lender, signal));
  }

  /** Of two branches that have met, the one that is ahead goes on with the members of both. */
  #meet(behind: Branch): void {
    const { position } = behind;
    if (position === null || this.#branches.size < 2 || !this.#branches.has(behind)) return;
    for (const ahead of this.#branches) {
      if (ahead === behind) continue;
      const missed = ahead.eventsAfter(position);
      if (missed === null) continue;
      this.#forget(behind);
      ahead.takeOver(behind, missed);
      return;
    }
  }

  /** First forgotten: nobody joins it any more, while its members are still given what waits. */
  #ended(branch: Branch, end: UpstreamEnd): void {
    this.#forget(branch);
    const members = [...branch.members.values()].flatMap((some) => [...some]);
    for (const member of members) this.#options.tellEnd(member, end);
  }

  #drop(branch: Branch): void {
    if (!this.#branches.has(branch)) return;
    this.#forget(branch);
    branch.upstream?.close();
  }

  #forget(branch: Branch): void {
    this.#branches.delete(branch);
    this.#options.metrics.upstreamClosed();
    if (this.#branches.size > 1) return;
    for (const last of this.#branches) last.forgetRecent();
  }
}
