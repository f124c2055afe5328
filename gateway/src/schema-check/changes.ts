import { CriticalityLevel, diff } from "@graphql-inspector/core";
import type { Change as FoundChange } from "@graphql-inspector/core";
import { getNamedType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import type { GraphQLSchema } from "graphql";
import { tightenedMarks } from "../composition/security-marks.ts";
import type { Coordinate } from "../usage/coordinates.ts";
import type { PublicSchema } from "./public-schema.ts";

/** One difference of two schemas that somebody may notice. */
export type Change = {
  /** What has changed: `Order.total`. */
  readonly coordinate: Coordinate;
  /** A sentence about it. */
  readonly message: string;
  /**
   * `breaking`: who uses it is refused, or gets what it may not expect; `dangerous`: who uses it is answered
   * otherwise than before, within what the schema had always allowed.
   */
  readonly severity: "breaking" | "dangerous";
  readonly affects: Affected;
};

/** Whom a change concerns: who uses one of the places, or anything of one of the types. */
export type Affected = {
  readonly places: readonly Coordinate[];
  readonly types: readonly string[];
};

/** What may be noticed when `after` is served in place of `before`; additions and prose are not told of. */
export async function findChanges(
  before: PublicSchema,
  after: PublicSchema,
): Promise<readonly Change[]> {
  const found = await diff(before.api, after.api);
  return [
    ...found.flatMap((change) => readChange(change, before.api)),
    ...tightenedMarks(before.supergraph, after.supergraph).map(
      ({ coordinate, message }): Change => ({
        coordinate,
        message,
        severity: "breaking",
        affects: coordinate.includes(".")
          ? { places: [coordinate], types: [] }
          : { places: placesOfType(before.api, coordinate), types: [coordinate] },
      }),
    ),
  ];
}

export function isAffected({ places, types }: Affected, used: ReadonlySet<Coordinate>): boolean {
  if (places.some((place) => used.has(place))) return true;
  return types.some((type) => [...used].some((place) => place.startsWith(`${type}.`)));
}

function readChange(change: FoundChange, before: GraphQLSchema): readonly Change[] {
  const { criticality, type } = change;
  const isAddition = type === "FIELD_ARGUMENT_ADDED" || type === "INPUT_FIELD_ADDED";
  // Clients write none of ours: a directive of the schema is the gateway's own matter.
  if (criticality.level === CriticalityLevel.NonBreaking || type.startsWith("DIRECTIVE_"))
    return [];
  // Nobody has to give what is new and optional.
  if (isAddition && criticality.level !== CriticalityLevel.Breaking) return [];
  const severity = criticality.level === CriticalityLevel.Breaking ? "breaking" : "dangerous";
  return [{ ...describe(change, before), severity }];
}

type Described = Omit<Change, "severity">;
type Meta = Readonly<Record<string, string>>;

const NOTHING: Affected = { places: [], types: [] };

/** Finds what a change is about; of a kind that is not known here, all of what it names. */
function describe(
  { type, path = "", message, meta }: FoundChange,
  before: GraphQLSchema,
): Described {
  const of = meta as Meta;
  const at = (
    coordinate: Coordinate,
    affects: Partial<Affected>,
    said = `${coordinate}: ${message}.`,
  ): Described => ({ coordinate, message: said, affects: { ...NOTHING, ...affects } });
  const gone = (coordinate: Coordinate, affects: Partial<Affected>) =>
    at(coordinate, affects, `${coordinate} is gone.`);
  const argument = `${of["typeName"] ?? ""}.${of["fieldName"] ?? ""}(${
    of["argumentName"] ?? of["addedArgumentName"] ?? of["removedFieldArgumentName"] ?? ""
  }:)`;
  const field = `${of["typeName"] ?? ""}.${of["fieldName"] ?? ""}`;
  switch (type) {
    case "FIELD_REMOVED":
    case "ENUM_VALUE_REMOVED":
    case "INPUT_FIELD_REMOVED":
      return gone(path, { places: [path] });
    case "FIELD_TYPE_CHANGED":
      return at(path, { places: [path] });
    case "FIELD_ARGUMENT_REMOVED":
      return gone(argument, { places: [argument] });
    case "FIELD_ARGUMENT_ADDED":
    case "FIELD_ARGUMENT_DEFAULT_CHANGED":
      return at(argument, { places: [field] });
    case "FIELD_ARGUMENT_TYPE_CHANGED":
      return at(argument, { places: isRequired(of["newArgumentType"]) ? [field] : [argument] });
    case "INPUT_FIELD_ADDED":
    case "INPUT_FIELD_DEFAULT_VALUE_CHANGED":
      return at(path, { types: [of["inputName"] ?? path] });
    case "INPUT_FIELD_TYPE_CHANGED":
      return isRequired(of["newInputFieldType"])
        ? at(path, { types: [of["inputName"] ?? path] })
        : at(path, { places: [path] });
    case "ENUM_VALUE_ADDED":
      return at(path, { places: outputsOfType(before, of["enumName"] ?? path) });
    case "UNION_MEMBER_ADDED":
      return at(path, { places: outputsOfType(before, of["unionName"] ?? path) });
    case "UNION_MEMBER_REMOVED":
      return at(path, { types: [of["removedUnionMemberTypeName"] ?? path] });
    case "OBJECT_TYPE_INTERFACE_ADDED":
      return at(path, { places: outputsOfType(before, of["addedInterfaceName"] ?? path) });
    case "TYPE_REMOVED":
      return gone(path, { places: placesOfType(before, path), types: [path] });
    default: {
      const [typeName = path] = path.split(".");
      return at(path, { places: placesOfType(before, typeName), types: [typeName] });
    }
  }
}

function isRequired(type: string | undefined): boolean {
  return type?.endsWith("!") === true;
}

/** The fields that answer with a type. */
function outputsOfType(schema: GraphQLSchema, typeName: string): Coordinate[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name === typeName)
      .map((field) => `${type.name}.${field.name}`);
  });
}

/** The fields, arguments and input fields that have a type. */
function placesOfType(schema: GraphQLSchema, typeName: string): Coordinate[] {
  const inputs = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields())
        .filter((field) => getNamedType(field.type).name === typeName)
        .map((field) => `${type.name}.${field.name}`);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args
        .filter((argument) => getNamedType(argument.type).name === typeName)
        .map((argument) => `${type.name}.${field.name}(${argument.name}:)`),
    );
  });
  return [...outputsOfType(schema, typeName), ...inputs];
}
