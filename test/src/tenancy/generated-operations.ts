import { randomUUID } from "node:crypto";
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isScalarType,
  isObjectType,
  print,
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import type { Names } from "./names.ts";

export type RootKind = "query" | "mutation" | "subscription";

/** One root field, asked for something by one of its names. */
export type GeneratedOperation = {
  readonly kind: RootKind;
  /** e.g. `order(id).shipments` */
  readonly title: string;
  readonly root: string;
  /** Whether one of the names is in it. */
  readonly isNamed: boolean;
  /** Another text each time, where it has an idempotency key. */
  readonly textFor: (names: Names) => string;
};

const PLACE: Readonly<Record<string, (names: Names) => unknown>> = {
  // By the argument's or input field's name; where many things have such a name, behind the type that is asked for.
  "Customer.id": ({ customer }) => customer,
  "Customer.number": ({ customer }) => customer,
  "Order.id": ({ order }) => order,
  "Order.number": ({ orderNumber }) => orderNumber,
  "Shipment.id": ({ shipment }) => shipment,
  "Shipment.number": ({ shipmentNumber }) => shipmentNumber,
  "Shipment.trackingNumber": ({ tracking }) => tracking,
  "Invoice.id": ({ invoice }) => invoice,
  "Invoice.number": ({ invoiceNumber }) => invoiceNumber,
  "Reservation.id": ({ reservation }) => reservation,
  "Return.id": ({ return: id }) => id,
  "Command.id": ({ command }) => command,
  "CommandEvent.id": ({ command }) => command,
  "Command.idempotencyKey": ({ idempotencyKey }) => idempotencyKey,
  "Exception.id": ({ command }) => command,
  "ReleasedEvent.id": ({ command }) => command,
  customerId: ({ customer }) => customer,
  customerReference: ({ reference }) => reference,
  orderId: ({ order }) => order,
  orderIds: ({ order }) => [order],
  orderLineId: ({ orderLine }) => orderLine,
  shipmentId: ({ shipment }) => shipment,
  shipmentIds: ({ shipment }) => [shipment],
  invoiceId: ({ invoice }) => invoice,
  reservationId: ({ reservation }) => reservation,
  returnId: ({ return: id }) => id,
  reservations: ({ reservation }) => [reservation],
  subjectId: ({ order }) => `order:${order}`,
  ids: ({ command }) => [command],
};

/** What nobody owns; the same whoever is meant. */
const COMMON: Readonly<Record<string, unknown>> = {
  idempotencyKey: null, // one of its own each time
  "Product.id": "NG-10004",
  "GoodsTrace.lot": "LOT-1",
  "GoodsTrace.serial": "SERIAL-1",
  "Receipt.id": "400001",
  "SyntheticRun.id": "7K3QF9M2ZT",
  "Reconciliation.id": "00000000-0000-4000-8000-00000000000e",
  "Reconciliation.scope": "INVOICE_TOTALS",
  "ReconciliationPoint.scope": "INVOICE_TOTALS",
  "WorkListConnection.kind": "PENDING_ERP_CREATION",
  reconciliationId: "00000000-0000-4000-8000-00000000000e",
  receiptId: "400001",
  correlationId: "00000000-0000-4000-8000-00000000000f",
  hours: 2,
  expectedOn: "2099-12-01",
  sku: "NG-10004",
  skus: ["NG-10004"],
  warehouse: "EAST",
  fromWarehouse: "EAST",
  toWarehouse: "WEST",
  quantity: "1",
  lineNumber: 1,
  amount: "1.00",
  delta: "1",
  reason: "A test.",
  note: "A test.",
  resolution: "IGNORED",
  changes: { customerReference: "PO-1" },
  // Somebody whom nobody knows: a system that is paused would hold up what comes after.
  scope: "PARTNER",
  name: "nobody",
  status: "IN_TRANSIT",
  from: "2026-11-21T08:00:00Z",
  to: "2026-11-22T08:00:00Z",
  at: "2026-11-21T08:00:00Z",
  receivedOn: "2026-11-21",
  first: 5,
};

const ROOTS: readonly (readonly [RootKind, (schema: GraphQLSchema) => GraphQLObjectType | null])[] =
  [
    ["query", (schema) => schema.getQueryType() ?? null],
    ["mutation", (schema) => schema.getMutationType() ?? null],
    ["subscription", (schema) => schema.getSubscriptionType() ?? null],
  ];

/**
 * Operations for every root field of a schema, by each name that it takes, and through every field of what it answers.
 * @param extra literals for arguments by name, e.g. a cursor for `after`
 * @throws for an argument of which nobody has said what it names
 */
export function operationsOf(
  schema: GraphQLSchema,
  extra: Readonly<Record<string, unknown>> = {},
): readonly GeneratedOperation[] {
  return ROOTS.flatMap(([kind, rootOf]) =>
    Object.values(rootOf(schema)?.getFields() ?? {}).flatMap((field) =>
      waysToAsk(field, extra).flatMap((args) =>
        selectionsOf(field).map(({ title, text }) => ({
          kind,
          root: field.name,
          title: `${field.name}${titleOf(args)}${title}`,
          isNamed: args.some(({ isName }) => isName),
          textFor: (names: Names) =>
            `${kind} Matrix { ${field.name}${written(args, names)} ${text} }`,
        })),
      ),
    ),
  );
}

type Given = {
  readonly name: string;
  readonly isName: boolean;
  readonly literal: (names: Names) => string;
};

/** A field that is asked for by one of several names is asked for by each; other arguments are given all at once. */
function waysToAsk(
  field: GraphQLField<unknown, unknown>,
  extra: Readonly<Record<string, unknown>>,
): readonly (readonly Given[])[] {
  const answers = getNamedType(field.type).name;
  const given = field.args.flatMap((argument) => givenFor(argument, answers, extra));
  const alternatives = given.filter(({ name }) => `${answers}.${name}` in PLACE);
  const others = given.filter((one) => !alternatives.includes(one));
  return alternatives.length === 0
    ? [others]
    : alternatives.map((alternative) => [alternative, ...others]);
}

function givenFor(
  argument: GraphQLArgument | GraphQLInputField,
  answers: string,
  extra: Readonly<Record<string, unknown>>,
): readonly Given[] {
  const { name, type } = argument;
  const literalOf = (value: unknown) => {
    if (isScalarType(getNamedType(type)) && isObject(value)) return writtenObject(value);
    const node = astFromValue(value, type);
    if (node == null) throw new Error(`${answers}.${name} takes no ${JSON.stringify(value)}.`);
    return print(node);
  };
  if (name in extra) return [{ name, isName: false, literal: () => literalOf(extra[name]) }];
  const place = PLACE[`${answers}.${name}`] ?? PLACE[name];
  if (place !== undefined) {
    return [{ name, isName: true, literal: (names) => literalOf(place(names)) }];
  }
  if (name === "idempotencyKey") {
    return [{ name, isName: false, literal: () => literalOf(randomUUID()) }];
  }
  const common = COMMON[`${answers}.${name}`] ?? COMMON[name];
  const named = getNamedType(type);
  if (common !== undefined && (isNonNullType(type) || name === "first")) {
    const value =
      isEnumType(named) && !hasValue(named, common) ? named.getValues()[0]?.name : common;
    return [{ name, isName: false, literal: () => literalOf(value) }];
  }
  if (isInputObjectType(named) && (isNonNullType(type) || name === "filter")) {
    const fields = Object.values(named.getFields()).flatMap((field) => givenFor(field, "", extra));
    if (fields.length === 0) return [];
    const literal = (names: Names) => {
      const object = `{ ${fields.map((one) => `${one.name}: ${one.literal(names)}`).join(", ")} }`;
      return isListOf(type) ? `[${object}]` : object;
    };
    return [{ name, isName: fields.some(({ isName }) => isName), literal }];
  }
  if (!isNonNullType(type)) return [];
  throw new Error(`Nobody has said what ${answers}.${name} names: see generated-operations.ts.`);
}

/** GraphQL's own writer takes no objects for a scalar. */
function writtenObject(value: object): string {
  const fields = Object.entries(value).map(([name, one]) => `${name}: ${JSON.stringify(one)}`);
  return `{ ${fields.join(", ")} }`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasValue(type: { getValue: (name: string) => unknown }, value: unknown): boolean {
  return typeof value === "string" && type.getValue(value) != null;
}

function isListOf(type: GraphQLInputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function titleOf(args: readonly Given[]): string {
  const names = args.filter(({ isName }) => isName).map(({ name }) => name);
  return names.length === 0 ? "" : `(${names.join(", ")})`;
}

function written(args: readonly Given[], names: Names): string {
  if (args.length === 0) return "";
  return `(${args.map(({ name, literal }) => `${name}: ${literal(names)}`).join(", ")})`;
}

type Selection = { readonly title: string; readonly text: string };

/** The leaves of what a field answers; and for each of its objects these with the object's own leaves and objects. */
function selectionsOf(field: GraphQLField<unknown, unknown>): readonly Selection[] {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return [{ title: "", text: "" }];
  const { node, wrap } = unwrapped(type);
  const objects = askable(node).filter((inner) => isObjectType(getNamedType(inner.type)));
  const through = objects.map((inner) => ({
    title: `.${inner.name}`,
    text: wrap(`${leavesOf(node)} ${inner.name} ${nested(inner, 1, [node.name])}`),
  }));
  return [{ title: "", text: wrap(leavesOf(node)) }, ...through];
}

/** The type of what a connection, an event or a payload is about, and the selection around it. */
function unwrapped(type: GraphQLObjectType): {
  readonly node: GraphQLObjectType;
  readonly wrap: (inside: string) => string;
} {
  const edges = type.getFields()["edges"];
  if (edges === undefined) return { node: type, wrap: (inside) => `{ ${inside} }` };
  const edge = getNamedType(edges.type) as GraphQLObjectType;
  const node = getNamedType(edge.getFields()["node"]?.type) as GraphQLObjectType;
  return {
    node,
    wrap: (inside) => `{ totalCount pageInfo { endCursor } edges { cursor node { ${inside} } } }`,
  };
}

function nested(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  path: readonly string[],
): string {
  const { node, wrap } = unwrapped(getNamedType(field.type) as GraphQLObjectType);
  const inner = askable(node)
    .filter((one) => isObjectType(getNamedType(one.type)))
    .filter(
      (one) =>
        depth > 0 &&
        !path.includes(unwrapped(getNamedType(one.type) as GraphQLObjectType).node.name),
    )
    .map((one) => `${one.name} ${nested(one, depth - 1, [...path, node.name])}`);
  return wrap(`${leavesOf(node)} ${inner.join(" ")}`);
}

function leavesOf(type: GraphQLObjectType): string {
  const leaves = askable(type).filter(({ type: answered }) => isLeafType(getNamedType(answered)));
  return ["__typename", ...leaves.map(({ name }) => name)].join(" ");
}

/** Fields that ask for nothing. */
function askable(type: GraphQLObjectType): readonly GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter((field) =>
    field.args.every(
      (argument) => !isNonNullType(argument.type) || argument.defaultValue !== undefined,
    ),
  );
}
