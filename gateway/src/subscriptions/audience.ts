import { longerOf } from "./authority.ts";
import type { Lender } from "./authority.ts";
import type { PreparedSubscription } from "./prepare.ts";
import type { StreamMessage } from "./stream-message.ts";
import type { Subscriber } from "./subscriber.ts";
import type { UpstreamEvent } from "./upstream-event.ts";

/** Completes an event for all who are sent the same text: so many. Never rejects. */
export type CompleteForAll = (
  prepared: PreparedSubscription,
  event: UpstreamEvent,
  audience: Pick<Audience, "lender" | "size">,
  signal: AbortSignal,
) => Promise<StreamMessage>;

/** Subscribers of one authority with one operation and equal variables: what one is sent, all are. */
export class Audience {
  readonly #members = new Set<Subscriber>();
  #prepared: PreparedSubscription;
  #key: string;
  #lender: Lender | null = null;

  constructor(prepared: PreparedSubscription) {
    this.#prepared = prepared;
    this.#key = audienceKeyOf(prepared);
  }

  /** See `audienceKeyOf`. */
  get key(): string {
    return this.#key;
  }

  get prepared(): PreparedSubscription {
    return this.#prepared;
  }

  get size(): number {
    return this.#members.size;
  }

  get members(): readonly Subscriber[] {
    return [...this.#members];
  }

  /** The same operation on another supergraph. */
  replan(prepared: PreparedSubscription): void {
    this.#prepared = prepared;
    this.#key = audienceKeyOf(prepared);
  }

  add(member: Subscriber): void {
    this.#members.add(member);
    this.#lender = this.#lender === null ? member.lender : longerOf(this.#lender, member.lender);
  }

  remove(member: Subscriber): void {
    this.#members.delete(member);
    if (this.#lender === member.lender && this.#members.size > 0) this.#lender = null;
  }

  /** The member whose token lives longest; of the last one when all have left. */
  get lender(): Lender {
    if (this.#lender !== null) return this.#lender;
    const [first, ...others] = [...this.#members].map(({ lender }) => lender);
    if (first === undefined) throw new Error("An audience has somebody in it.");
    return (this.#lender = others.reduce(longerOf, first));
  }
}

/** Of the audiences of one authority, the one who may ask for longest. */
export function lenderOf(audiences: Iterable<Audience>): Lender {
  const [first, ...others] = [...audiences].map(({ lender }) => lender);
  if (first === undefined) throw new Error("An upstream has an audience.");
  return others.reduce(longerOf, first);
}

/** Two prepared subscriptions with the same key have the same results. */
export function audienceKeyOf(prepared: PreparedSubscription): string {
  const { snapshot, query, operationName, variables } = prepared;
  const names = Object.keys(variables).sort();
  const values = names.map((name) => [name, variables[name]]);
  return JSON.stringify([snapshot.version, operationName, query, values]);
}
