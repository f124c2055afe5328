import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { allCommands, LANES } from "@crossdock/commands";
import { allConsumers, allEvents, consumersOf, schemaFileOf } from "@crossdock/events";
import { readGlossary, readRootFields, type RootField } from "@crossdock/gateway/schema-check";
import { parse } from "yaml";
import { worstCases } from "../worst-cases.ts";
import { findOwnerFaults, parseOwners, type Ownable, type Owners } from "./owners.ts";

export type OperationEntry = RootField & {
  readonly capability: string;
  /** Calls to sources that it may take at most, itself and without the fields below it; 0: none. */
  readonly sourceCalls: number;
};

export type EventEntry = {
  readonly type: string;
  readonly version: number;
  readonly summary: string;
  readonly subjectKind: string;
  readonly owner: string;
  readonly producer: string;
  readonly schemaFile: string;
  readonly consumers: readonly string[];
};

export type CommandEntry = {
  readonly type: string;
  readonly version: number;
  /** The subgraph that its type begins with. */
  readonly group: string;
  /** The source that does it; `ledger`: our own books. */
  readonly lane: string;
  readonly attempts: number;
  readonly patienceHours: number;
  readonly refusal: string;
};

/** All that others build on, and who answers for it. */
export type Catalogue = {
  readonly owners: Owners;
  readonly capabilities: Readonly<Record<string, { readonly summary: string }>>;
  readonly operations: readonly OperationEntry[];
  readonly events: readonly EventEntry[];
  readonly commands: readonly CommandEntry[];
  readonly sources: readonly string[];
};

const MS_PER_HOUR = 3_600_000;

/**
 * @param root of the checkout, or of what was delivered
 * @throws {Error} a file is missing or is not what it should be
 */
export async function readCatalogue(root: string): Promise<Catalogue> {
  const at = (file: string) => join(root, file);
  const [supergraphSdl, ownersYaml, glossary] = await Promise.all([
    readFile(at("supergraph.graphql"), "utf8"),
    readFile(at("schema/owners.yaml"), "utf8"),
    readGlossary(at("schema/glossary.yaml")),
  ]);
  const capabilityOf = new Map(
    Object.entries(glossary.capabilities).flatMap(([name, { fields }]) =>
      fields.map((field) => [field, name] as const),
    ),
  );
  return {
    owners: parseOwners(parse(ownersYaml)),
    capabilities: glossary.capabilities,
    operations: readRootFields(supergraphSdl).map((field) => ({
      ...field,
      capability: capabilityOf.get(field.place) ?? "",
      sourceCalls: worstCases.sourceCalls[field.place]?.calls ?? 0,
    })),
    events: allEvents.map(({ type, version, summary, subjectKind, owner, producer }) => ({
      ...{ type, version, summary, subjectKind, owner, producer },
      schemaFile: schemaFileOf(type, version),
      consumers: consumersOf(type, allConsumers),
    })),
    commands: allCommands.map(({ type, version, lane, attempts, patienceMs, refusal }) => ({
      ...{ type, version, lane, attempts, refusal },
      group: groupOf(type),
      patienceHours: patienceMs / MS_PER_HOUR,
    })),
    sources: [...LANES],
  };
}

/** @returns a sentence for each thing that nobody answers for; none when somebody does for all */
export function findCatalogueOwnerFaults(catalogue: Catalogue): string[] {
  const { owners, capabilities, operations, events, commands, sources } = catalogue;
  const ownable: Ownable = {
    capabilities: Object.keys(capabilities),
    events: distinct(events.map(({ owner }) => owner)),
    commands: distinct(commands.map(({ group }) => group)),
    sources,
  };
  return [
    ...operations
      .filter(({ capability }) => capability === "")
      .map(({ place }) => `operations: ${place} is in no capability of the glossary.`),
    ...findOwnerFaults(owners, ownable),
  ];
}

/** `orders.submitOrder` belongs to orders. */
function groupOf(type: string): string {
  return type.slice(0, type.indexOf("."));
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
