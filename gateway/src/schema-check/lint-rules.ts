import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
} from "graphql";
import type { GraphQLField, GraphQLSchema } from "graphql";
import { argumentsOf } from "../composition/joins.ts";
import type { Coordinate } from "../usage/coordinates.ts";
import { deprecationsOf } from "../usage/deprecations.ts";
import { elementsOf, type Element } from "./elements.ts";
import type { Glossary } from "./glossary.ts";
import type { PublicSchema } from "./public-schema.ts";

/** Where a rule is broken, and what to do about it. */
export type Found = { readonly place: Coordinate; readonly message: string };

export type LintRule = {
  readonly name: string;
  readonly find: (schema: PublicSchema, glossary: Glossary) => readonly Found[];
};

/** The rules of the public schema, beside those of federation: see `lintSupergraph`. */
export const LINT_RULES: readonly LintRule[] = [
  { name: "names", find: ({ api }) => elementsOf(api).flatMap(badName) },
  { name: "described", find: ({ api }) => elementsOf(api).flatMap(undescribed) },
  { name: "units", find: ({ api }) => elementsOf(api).flatMap(withoutUnit) },
  { name: "exact-numbers", find: ({ api }) => elementsOf(api).flatMap(inexact) },
  { name: "input-names", find: ({ api }) => elementsOf(api).flatMap(badInputName) },
  { name: "mutation-payload", find: ({ api }) => rootFields(api, "Mutation").flatMap(badPayload) },
  { name: "bounded-lists", find: unboundedLists },
  { name: "capability", find: ({ api }, glossary) => withoutCapability(api, glossary) },
  { name: "source-words", find: ({ api }, glossary) => sourceWords(api, glossary) },
  { name: "deprecation-date", find: ({ api }) => undatedDeprecations(api) },
];

const PASCAL_CASE = /^[A-Z][A-Za-z0-9]*$/;
const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;
const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

function badName({ kind, coordinate, name }: Element): readonly Found[] {
  const [pattern, wanted] =
    kind === "type"
      ? [PASCAL_CASE, "PascalCase, like OrderLine"]
      : kind === "enumValue"
        ? [UPPER_CASE, "upper case, like ON_HOLD"]
        : [CAMEL_CASE, "camelCase, like placedAt"];
  return pattern.test(name) ? [] : [{ place: coordinate, message: `Name it in ${wanted}.` }];
}

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation", "Subscription"]);

/** What an argument of an input type or an enum means is said there. */
function undescribed(element: Element): readonly Found[] {
  const { kind, coordinate } = element;
  if (kind === "type" && ROOTS.has(coordinate)) return [];
  if (kind === "argument") {
    const type = getNamedType(element.element.type);
    if (isInputObjectType(type) || isEnumType(type)) return [];
  }
  if ((element.element.description ?? "").trim() !== "") return [];
  return [
    {
      place: coordinate,
      message: "Describe it: what it is, when it is null, and in which unit a number is.",
    },
  ];
}

const NUMBERS: ReadonlySet<string> = new Set(["Int", "Float", "Decimal"]);
/** A name that says its unit, or that it counts or numbers something. */
const UNIT_IN_NAME = /(Ms|Seconds|Minutes|Minute|Hours|Days|Grams|Ratio|Count|Number)$/;
const UNIT_IN_WORDS =
  /\d|`uom`|\b(how many|units?|currency|milliseconds|seconds|minutes|hours|days|grams|percent|calls|rows)\b/i;

function withoutUnit(element: Element): readonly Found[] {
  if (element.kind === "type" || element.kind === "enumValue") return [];
  if (!NUMBERS.has(getNamedType(element.element.type).name)) return [];
  if (UNIT_IN_NAME.test(element.name)) return [];
  if (UNIT_IN_WORDS.test(element.element.description ?? "")) return [];
  return [
    {
      place: element.coordinate,
      message:
        "Say what the number counts, in its description (a unit, a currency, a range) or at the end of its name.",
    },
  ];
}

const MEASURED = /(Ms|Seconds|Ratio)$/;

function inexact(element: Element): readonly Found[] {
  if (element.kind === "type" || element.kind === "enumValue") return [];
  if (getNamedType(element.element.type).name !== "Float" || MEASURED.test(element.name)) return [];
  return [
    {
      place: element.coordinate,
      message:
        "A Float rounds: amounts and quantities are Decimal. Only what was measured (…Ms, …Seconds, …Ratio) may be one.",
    },
  ];
}

function badInputName(element: Element): readonly Found[] {
  if (element.kind !== "type" || !isInputObjectType(element.element)) return [];
  if (/(Input|Filter)$/.test(element.name)) return [];
  return [
    {
      place: element.coordinate,
      message: "End an input type's name in Input, or in Filter where it chooses from a list.",
    },
  ];
}

type RootField = {
  readonly place: Coordinate;
  readonly field: GraphQLField<unknown, unknown>;
};

function rootFields(api: GraphQLSchema, root: "Query" | "Mutation" | "Subscription"): RootField[] {
  const type = api.getType(root);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({
    place: `${root}.${field.name}`,
    field,
  }));
}

function badPayload({ place, field }: RootField): readonly Found[] {
  const type = getNamedType(field.type);
  if (!isObjectType(type) || !type.name.endsWith("Payload")) {
    return [
      {
        place,
        message: `Answer with a payload of its own (${capitalized(field.name)}Payload), which can grow and say why nothing was done.`,
      },
    ];
  }
  if (String(type.getFields()["userErrors"]?.type) === "[UserError!]!") return [];
  return [
    {
      place,
      message: `Give ${type.name} a field userErrors: [UserError!]!, where what the caller got wrong is said.`,
    },
  ];
}

function capitalized(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

/** Connections and what takes `first` are pages; any other list that is a way into the graph says how long it may be. */
function unboundedLists({ api, supergraph }: PublicSchema): readonly Found[] {
  const sizes = listSizesOf(supergraph);
  return elementsOf(api).flatMap((element): readonly Found[] => {
    if (element.kind !== "field") return [];
    const { coordinate: place, parent } = element;
    const { type, args } = element.element;
    const named = getNamedType(type);
    const isPage = named.name.endsWith("Connection") || args.some(({ name }) => name === "first");
    const isWayIn =
      parent.name === "Query" && isListType(getNullableType(type)) && isCompositeType(named);
    const size = sizes.get(place);
    if (isPage) {
      const missing = ["first", ...(named.name.endsWith("Connection") ? ["after"] : [])].filter(
        (wanted) => !args.some(({ name }) => name === wanted),
      );
      if (missing.length > 0) {
        return [{ place, message: `A page is asked for with ${missing.join(" and ")}: add it.` }];
      }
      if (isSlicedByFirst(size)) return [];
      return [{ place, message: 'Mark it @listSize(slicingArguments: ["first"]).' }];
    }
    if (!isWayIn || size !== undefined) return [];
    return [
      {
        place,
        message:
          "Make it a connection, or say how long it may be: @listSize(assumedSize:) where nature bounds it.",
      },
    ];
  });
}

type ListSize = Readonly<Record<string, unknown>>;

function isSlicedByFirst(size: ListSize | undefined): boolean {
  const slicing = size?.["slicingArguments"];
  return Array.isArray(slicing) && slicing.includes("first");
}

function listSizesOf(supergraph: PublicSchema["supergraph"]): ReadonlyMap<Coordinate, ListSize> {
  const sizes = new Map<Coordinate, ListSize>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const [size] = argumentsOf(field.directives, "listSize");
      if (size !== undefined) sizes.set(`${definition.name.value}.${field.name.value}`, size);
    }
  }
  return sizes;
}

function withoutCapability(api: GraphQLSchema, { capabilities }: Glossary): readonly Found[] {
  const places = (["Query", "Mutation", "Subscription"] as const).flatMap((root) =>
    rootFields(api, root).map(({ place }) => place),
  );
  const belongsTo = (place: Coordinate) =>
    Object.entries(capabilities)
      .filter(([, { fields }]) => fields.includes(place))
      .map(([name]) => name);
  const named = new Set(Object.values(capabilities).flatMap(({ fields }) => fields));
  return [
    ...places.flatMap((place) => {
      const found = belongsTo(place);
      if (found.length === 1) return [];
      return [
        {
          place,
          message:
            found.length === 0
              ? `Say in schema/glossary.yaml which capability it belongs to: ${Object.keys(capabilities).join(", ")}.`
              : `It belongs to ${found.join(" and ")}: leave it in one of them in schema/glossary.yaml.`,
        },
      ];
    }),
    ...[...named]
      .filter((place) => !places.includes(place))
      .map((place) => ({
        place,
        message: "There is no such root field: take it out of schema/glossary.yaml.",
      })),
  ];
}

function sourceWords(api: GraphQLSchema, glossary: Glossary): readonly Found[] {
  const refused = glossary.sourceWords.map((word) => wordsOf(word).join(" "));
  return elementsOf(api).flatMap(({ coordinate, name }) => {
    const words = ` ${wordsOf(name).join(" ")} `;
    const word = refused.find((each) => words.includes(` ${each} `));
    if (word === undefined) return [];
    const message = `"${word}" is a source's own word: name it as the business does, so that the source can be replaced.`;
    return [{ place: coordinate, message }];
  });
}

/** `salesHeader`, `SalesHeader` and `SALES_HEADER` are the words sales and header. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .split("_")
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

function undatedDeprecations(api: GraphQLSchema): readonly Found[] {
  return [...deprecationsOf(api).values()]
    .filter(({ until }) => until === null)
    .map(({ coordinate }) => ({
      place: coordinate,
      message:
        'Say in the reason what to use instead and until which day it is served: "Use grandTotal; since 2026-11-22 until 2027-03-31."',
    }));
}
