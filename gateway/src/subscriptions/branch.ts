import type { GatewayLimits } from "../limits.ts";
import type { Audience } from "./audience.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Upstream } from "./upstream.ts";
import type { Delivery } from "./upstream-event.ts";
import type { UpstreamEvent } from "./upstream-event.ts";

/** Makes one text of an event for an audience. */
export type DeliverTo = (audience: Audience, event: UpstreamEvent) => Delivery;

/** An upstream of a channel, where it stands, and who follows it. */
export class Branch {
  upstream: Upstream | null = null;
  readonly members = new Map<Audience, Set<Subscriber>>();
  /** Whether it began with what happens from now on, or met one that did. */
  isLive: boolean;
  readonly #limits: Pick<GatewayLimits, "maxQueuedEvents" | "maxQueuedBytes">;
  readonly #deliverTo: DeliverTo;
  #position: string | null;
  #recent: UpstreamEvent[] = [];
  #recentBytes = 0;

  constructor(
    after: string | null,
    isLive: boolean,
    limits: Pick<GatewayLimits, "maxQueuedEvents" | "maxQueuedBytes">,
    deliverTo: DeliverTo,
  ) {
    this.#position = after;
    this.isLive = isLive;
    this.#limits = limits;
    this.#deliverTo = deliverTo;
  }

  /**
   * The cursor of the last event that its members were given, or what it began after; `null` when that has
   * no name: before the first event, and after one that could not be read.
   */
  get position(): string | null {
    return this.#position;
  }

  add(audience: Audience, member: Subscriber): void {
    const members = this.members.get(audience) ?? new Set();
    this.members.set(audience, members.add(member));
  }

  remove(audience: Audience, member: Subscriber): void {
    const members = this.members.get(audience);
    members?.delete(member);
    if (members?.size === 0) this.members.delete(audience);
  }

  /** @param remembers whether another branch may need it to catch up */
  deliver(event: UpstreamEvent, remembers: boolean): void {
    this.#position = event.cursor;
    if (remembers) this.#remember(event);
    for (const [audience, members] of this.members) {
      const delivery = this.#deliverTo(audience, event);
      for (const member of members) member.offer(delivery);
    }
  }

  /** @returns what came after a cursor, when that is the position or one that is remembered; else `null` */
  eventsAfter(cursor: string): readonly UpstreamEvent[] | null {
    if (this.#position === cursor) return [];
    const at = this.#recent.findLastIndex((event) => event.cursor === cursor);
    return at < 0 ? null : this.#recent.slice(at + 1);
  }

  /** Takes over a branch that stands where this one stood before `missed`. */
  takeOver(other: Branch, missed: readonly UpstreamEvent[]): void {
    this.isLive ||= other.isLive;
    for (const [audience, members] of other.members) {
      const deliveries = missed.map((event) => this.#deliverTo(audience, event));
      for (const member of members) {
        this.add(audience, member);
        for (const delivery of deliveries) member.offer(delivery);
      }
    }
    other.members.clear();
    other.upstream?.close();
  }

  forgetRecent(): void {
    this.#recent = [];
    this.#recentBytes = 0;
  }

  /**
   * What began with history is read at the pace of the fastest member, until it has met what is live. That
   * waits for nobody: it would be late for all.
   * @returns resolves when there is room; nothing when there is
   */
  room(): Promise<void> | undefined {
    if (this.isLive) return undefined;
    const members = [...this.members.values()].flatMap((some) => [...some]);
    if (members.length === 0 || members.some(({ hasRoom }) => hasRoom)) return undefined;
    return new Promise((resolve) => {
      for (const member of members) member.whenRoom(resolve);
    });
  }

  /** At most half of what a subscriber may have waiting, who is to take it all at once when it catches up. */
  #remember(event: UpstreamEvent): void {
    this.#recent.push(event);
    this.#recentBytes += event.bytes();
    while (
      this.#recent.length > this.#limits.maxQueuedEvents / 2 ||
      this.#recentBytes > this.#limits.maxQueuedBytes / 2
    ) {
      this.#recentBytes -= this.#recent.shift()?.bytes() ?? 0;
    }
  }
}
