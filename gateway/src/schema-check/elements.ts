import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import type {
  GraphQLArgument,
  GraphQLEnumValue,
  GraphQLField,
  GraphQLInputField,
  GraphQLNamedType,
  GraphQLSchema,
} from "graphql";
import type { Coordinate } from "../usage/coordinates.ts";

/** One named thing of the schema. */
export type Element = { readonly coordinate: Coordinate; readonly name: string } & (
  | { readonly kind: "type"; readonly element: GraphQLNamedType }
  | {
      readonly kind: "field";
      readonly parent: GraphQLNamedType;
      readonly element: GraphQLField<unknown, unknown>;
    }
  | { readonly kind: "argument"; readonly element: GraphQLArgument }
  | {
      readonly kind: "inputField";
      readonly parent: GraphQLNamedType;
      readonly element: GraphQLInputField;
    }
  | { readonly kind: "enumValue"; readonly element: GraphQLEnumValue }
);

/** Everything that clients can name, a type before what is in it; the language's own types are left out. */
export function elementsOf(schema: GraphQLSchema): readonly Element[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [
      { kind: "type", coordinate: type.name, name: type.name, element: type },
      ...within(type),
    ]);
}

function within(type: GraphQLNamedType): readonly Element[] {
  if (isEnumType(type)) {
    return type.getValues().map((element) => ({
      kind: "enumValue",
      coordinate: `${type.name}.${element.name}`,
      name: element.name,
      element,
    }));
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((element) => ({
      kind: "inputField",
      coordinate: `${type.name}.${element.name}`,
      name: element.name,
      parent: type,
      element,
    }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((element): Element[] => {
    const coordinate = `${type.name}.${element.name}`;
    return [
      { kind: "field", coordinate, name: element.name, parent: type, element },
      ...element.args.map((argument): Element => ({
        kind: "argument",
        coordinate: `${coordinate}(${argument.name}:)`,
        name: argument.name,
        element: argument,
      })),
    ];
  });
}
