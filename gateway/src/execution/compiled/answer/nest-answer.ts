import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { GraphQLCompositeType, GraphQLObjectType, GraphQLOutputType } from "graphql";
import { collectFields } from "./collect-fields.ts";
import type { AnswerField, Passes, Selecting } from "./collect-fields.ts";
import { leafTest } from "./leaf-checks.ts";
import { broken, DOUBT, isObject, refuseMoreThanMax } from "./shaping.ts";
import type { Shape, ShapeObject, ShapedBy } from "./shaping.ts";

/** The functions that `writeAnswer` writes, as closures: for a process that may not make code of text. They take longer. */
export function nestAnswer(
  root: GraphQLObjectType,
  passes: Passes,
  selecting: Selecting,
): ShapedBy {
  let isSplit = false;
  let shapes = 0;

  function objectShape(type: GraphQLObjectType, ofPasses: Passes): ShapeObject {
    refuseMoreThanMax((shapes += 1));
    const collected = collectFields(ofPasses, type, selecting);
    isSplit ||= collected.isSplit;
    const fields = collected.fields.map((field) => ({ field, shape: fieldShape(field) }));
    return (object, state) => {
      const typename = object["__typename"];
      const isUnsaid = typename === undefined && !collected.needsTypename;
      if (!isUnsaid && typename !== type.name) throw DOUBT;
      const made: Record<string, unknown> = {};
      for (const { field, shape } of fields) {
        const { responseName } = field;
        const value = object[responseName] ?? null;
        if (field.kind === "typename") {
          if (value !== null && value !== type.name) throw DOUBT;
          made[responseName] = type.name;
          continue;
        }
        const shaped = value === null ? null : shape(value, state);
        if (shaped === null && isNonNullType(field.type)) return broken(state);
        made[responseName] = shaped;
      }
      return made;
    };
  }

  function fieldShape(field: AnswerField): Shape {
    if (field.kind === "typename") return (value) => value;
    return valueShape(getNullableType(field.type), field.passes);
  }

  function valueShape(type: GraphQLOutputType, ofPasses: Passes): Shape {
    if (isLeafType(type)) {
      const isValid = leafTest(type);
      return (value, state) => (isValid(value) ? value : broken(state));
    }
    if (isListType(type)) return listShape(type.ofType as GraphQLOutputType, ofPasses);
    return compositeShape(getNamedType(type) as GraphQLCompositeType, ofPasses);
  }

  function compositeShape(type: GraphQLCompositeType, ofPasses: Passes): Shape {
    const possible = isObjectType(type) ? [type] : selecting.schema.getPossibleTypes(type);
    const shapeOf = new Map(possible.map((one) => [one.name, objectShape(one, ofPasses)]));
    const only = isObjectType(type) ? shapeOf.get(type.name) : undefined;
    return (value, state) => {
      if (!isObject(value)) throw DOUBT;
      const shape = only ?? shapeOf.get(value["__typename"] as string);
      if (shape === undefined) throw DOUBT;
      return shape(value, state);
    };
  }

  function listShape(entryType: GraphQLOutputType, ofPasses: Passes): Shape {
    const shape = valueShape(getNullableType(entryType), ofPasses);
    return (values, state) => {
      if (!Array.isArray(values)) throw DOUBT;
      const entries = (values as readonly unknown[]).map((value) => {
        if (value === undefined) throw DOUBT;
        return value === null ? null : shape(value, state);
      });
      return isNonNullType(entryType) && entries.includes(null) ? broken(state) : entries;
    };
  }

  const shape = objectShape(root, passes);
  return { shape, isSplit };
}
