import type { EventDefinition } from "../define-event.ts";
import type { KnownConsumer } from "../definitions/consumers.ts";
import type { Usage } from "./scan-sources.ts";
import { schemaFileOf } from "./schema-files.ts";

export type CatalogueInput = {
  readonly definitions: readonly EventDefinition[];
  readonly consumers: readonly KnownConsumer[];
  readonly usage: ReadonlyMap<string, Usage>;
};

/** @returns what is wrong with who makes and who reads events, a sentence each; none when nothing is */
export function findCatalogueFaults(input: CatalogueInput): string[] {
  return [
    ...repeated(input.definitions.map(({ type }) => type)).map(
      (type) => `${type} is defined twice.`,
    ),
    ...input.definitions.flatMap((definition) => producerFaults(definition, input.usage)),
    ...consumerFaults(input),
  ];
}

function producerFaults(
  { type, owner, producer }: EventDefinition,
  usage: CatalogueInput["usage"],
): string[] {
  const makers = usage.get(type)?.makers ?? [];
  return [
    ...(owner === "" ? [`${type} has no owner.`] : []),
    ...(makers.includes(producer) ? [] : [`${type} is not made in ${producer}, its producer.`]),
    ...makers
      .filter((maker) => maker !== producer)
      .map((maker) => `${type} has another producer than ${producer}: ${maker}.`),
  ];
}

function consumerFaults({ definitions, consumers, usage }: CatalogueInput): string[] {
  const known = new Set(definitions.map(({ type }) => type));
  const registered = consumers.flatMap(({ name, file, types }) =>
    types.flatMap((type) => {
      if (!known.has(type)) return [`${name} takes ${type}, which is not defined.`];
      const reads = usage.get(type)?.readers.includes(file) === true;
      return reads ? [] : [`${name} takes ${type}, and ${file} does not read it.`];
    }),
  );
  const unregistered = [...usage].flatMap(([type, { readers }]) =>
    readers
      .filter((file) => !consumers.some((one) => one.file === file && one.types.includes(type)))
      .map((file) => `${file} reads ${type} and is not among the known consumers.`),
  );
  return [
    ...repeated(consumers.map(({ name }) => name)).map(
      (name) => `Two consumers are named ${name}.`,
    ),
    ...registered,
    ...unregistered,
  ];
}

/** Five lines for each type, for people. */
export function explainCatalogue({ definitions, consumers }: CatalogueInput): string {
  return definitions
    .map((definition) =>
      [
        `${definition.type}  version ${String(definition.version)}  about ${definition.subjectKind}:…`,
        `  ${definition.summary}`,
        `  schema     ${schemaFileOf(definition.type, definition.version)}`,
        `  owner      ${definition.owner}, made in ${definition.producer}`,
        `  consumers  ${consumersOf(definition.type, consumers).join(", ") || "none"}`,
      ].join("\n"),
    )
    .join("\n");
}

/** @returns the names of those that take the type */
export function consumersOf(type: string, consumers: readonly KnownConsumer[]): readonly string[] {
  return consumers.filter(({ types }) => types.includes(type)).map(({ name }) => name);
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
