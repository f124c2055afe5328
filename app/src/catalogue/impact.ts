import type { SchemaCheck } from "@crossdock/gateway/schema-check";
import type { Catalogue, EventEntry } from "./catalogue.ts";

/** What one change of the schema means, and for whom. */
export type ChangeImpact = {
  /** `Order.total` */
  readonly place: string;
  readonly message: string;
  readonly verdict: string;
  /** Clients that are known to use it. */
  readonly clients: readonly string[];
  /** Who answers for it, as `team (contact)`; empty where it belongs to several capabilities. */
  readonly owner: string;
  /** Flows that tell of the same thing: types of events, with who reads each. */
  readonly flows: readonly { readonly event: string; readonly consumers: readonly string[] }[];
};

/** What a change of the schema would do to clients and to flows of events, one entry for each place. */
export function impactOf(check: SchemaCheck, catalogue: Catalogue): readonly ChangeImpact[] {
  return check.judgement.changes.map(({ coordinate, message, verdict, concerned }) => ({
    place: coordinate,
    message,
    verdict,
    clients: [...new Set(concerned.map(({ clientId }) => clientId))].sort(),
    owner: ownerOf(coordinate, catalogue),
    flows: eventsAbout(coordinate, catalogue).map(({ type, consumers }) => ({
      event: type,
      consumers,
    })),
  }));
}

/** Of a root field its capability's; of a type that of the events which are about it. */
function ownerOf(place: string, catalogue: Catalogue): string {
  const { owners, operations } = catalogue;
  const root = operations.find((operation) => operation.place === place);
  const [event] = eventsAbout(place, catalogue);
  const name =
    root === undefined
      ? owners.events[event?.owner ?? ""]?.owner
      : owners.capabilities[root.capability]?.owner;
  const team = owners.teams[name ?? ""];
  return team === undefined ? "" : `${team.name} (${team.contact})`;
}

/** `Order.total` is about what `order:…` events are about. */
function eventsAbout(place: string, { events }: Catalogue): readonly EventEntry[] {
  const [typeName = ""] = place.split(".");
  const kind = typeName.charAt(0).toLowerCase() + typeName.slice(1);
  return events.filter(({ subjectKind }) => kind === subjectKind || kind === `${subjectKind}Line`);
}
