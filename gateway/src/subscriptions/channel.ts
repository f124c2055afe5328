import { createRequestController } from "../execution/deadline.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { Audience, audienceKeyOf, lenderOf } from "./audience.ts";
import type { CompleteForAll } from "./audience.ts";
import { Branch } from "./branch.ts";
import type { PreparedSubscription } from "./prepare.ts";
import type { Subscriber } from "./subscriber.ts";
import { openUpstream } from "./upstream.ts";
import type { UpstreamEnd } from "./upstream.ts";
import { Delivery } from "./upstream-event.ts";
import type { UpstreamEvent } from "./upstream-event.ts";
import type { StreamStart, UpstreamOperation } from "./upstream-operation.ts";

/** @param after the cursor of the last event that the subscriber has been given */
export type HandOver = (subscriber: Subscriber, after: string) => void;

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
  readonly #departing = new Map<Audience, HandOver>();
  readonly #emptied = createRequestController();

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  join(subscriber: Subscriber, prepared: PreparedSubscription, start: StreamStart): void {
    const branch = this.#place(subscriber, prepared, start);
    subscriber.startAt(branch.position);
    if (branch.upstream === null) this.#open(branch, start);
  }

  /** Goes on with one who comes from another channel and has been given everything up to a cursor. */
  take(subscriber: Subscriber, prepared: PreparedSubscription, after: string): void {
    const start = { after, fromSnapshot: false };
    const branch = this.#place(subscriber, prepared, start);
    if (branch.upstream === null) this.#open(branch, start);
  }

  leave(subscriber: Subscriber): void {
    if (!this.#places.has(subscriber)) return;
    this.#remove(subscriber);
    if (this.#places.size > 0) return;
    this.#emptied.abort();
    this.#options.onEmpty();
  }

  /** Each subscriber's operation. */
  running(): readonly PreparedSubscription[] {
    return [...this.#places.values()].map(({ prepared }) => prepared);
  }

  /** Those who are here, in groups that are told the same. */
  get audiences(): readonly Audience[] {
    return [...this.#audiences.values()];
  }

  /** Whether it is where a plan's events come from. */
  isFor(
    { serviceName, query }: UpstreamOperation,
    subgraph: SubgraphTransport | undefined,
  ): boolean {
    const { operation, subgraph: own } = this.#options;
    return own === subgraph && operation.serviceName === serviceName && operation.query === query;
  }

  /** Completes an audience's events from now on with another plan for the same events. */
  replan(audience: Audience, again: PreparedSubscription): void {
    this.#departing.delete(audience);
    this.#audiences.delete(audience.key);
    audience.replan(again);
    this.#audiences.set(audience.key, audience);
  }

  /**
   * Hands an audience's members over to where their events come from next: each at once, or with the next
   * event where the place up to which it has been given them has no name yet. What waits for a member is
   * completed here.
   */
  depart(audience: Audience, handOver: HandOver): void {
    this.#departing.set(audience, handOver);
    for (const branch of [...this.#branches]) this.#handOver(branch);
  }

  /** An audience that is not to depart any more: it ends, and until then nothing changes. */
  stay(audience: Audience): void {
    this.#departing.delete(audience);
  }

  #handOver(branch: Branch): void {
    const { position } = branch;
    if (position === null || this.#departing.size === 0) return;
    for (const [audience, members] of [...branch.members]) {
      const handOver = this.#departing.get(audience);
      if (handOver === undefined) continue;
      for (const member of [...members]) {
        this.#remove(member);
        handOver(member, position);
      }
    }
    if (this.#places.size === 0) this.#options.onEmpty();
  }

  #place(subscriber: Subscriber, prepared: PreparedSubscription, start: StreamStart): Branch {
    const audience = this.#audienceOf(prepared);
    audience.add(subscriber);
    this.#places.set(subscriber, audience);
    const found = this.#branchAt(start);
    const branch = found?.branch ?? this.#openBranch(start);
    branch.add(audience, subscriber);
    for (const event of found?.missed ?? []) subscriber.offer(this.#delivery(audience, event));
    return branch;
  }

  #remove(subscriber: Subscriber): void {
    const audience = this.#places.get(subscriber);
    if (audience === undefined) return;
    this.#places.delete(subscriber);
    audience.remove(subscriber);
    if (audience.size === 0) {
      this.#audiences.delete(audience.key);
      this.#departing.delete(audience);
    }
    for (const branch of this.#branches) {
      branch.remove(audience, subscriber);
      if (branch.members.size === 0) this.#drop(branch);
    }
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
        this.#handOver(branch);
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
    return new Delivery(event, (of) => complete(audience.prepared, of, audience, signal));
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
