import { InvalidValueError } from "@crossdock/domain";
import type { SubscriptionNode } from "@apollo/query-planner";
import {
  getNamedType,
  getNullableType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  parseType,
  print,
  valueFromASTUntyped,
  visit,
} from "graphql";
import type {
  ArgumentNode,
  DocumentNode,
  FieldNode,
  GraphQLField,
  OperationDefinitionNode,
  ValueNode,
  VariableDefinitionNode,
} from "graphql";
import type { PreparedSubscription } from "./prepare.ts";

/** Where a stream begins: after a cursor, with what there is now, or (neither) with what happens from now on. */
export type StreamStart = { readonly after: string | null; readonly fromSnapshot: boolean };

/**
 * What is asked of the owning subgraph for a subscription, made independent of who asks and from where:
 * it has no name, and where it starts is in variables of the gateway's own.
 */
export type UpstreamOperation = {
  readonly serviceName: string;
  readonly query: string;
  readonly document: DocumentNode;
  /** The client's variables that it uses, without those that only say where to start. */
  readonly variableNames: readonly string[];
  /**
   * By what the gateway can go on after a break; `null` for a root field without `after` or a payload without
   * `cursor`, whose events cannot be told apart.
   */
  readonly resume: ResumePoint | null;
};

type ResumePoint = {
  /** The name of the root field in the results. */
  readonly responseName: string;
  readonly canSnapshot: boolean;
  readonly after: ValueNode | undefined;
  readonly fromSnapshot: ValueNode | undefined;
};

/** By these names of the API a subgraph says that a stream of its can be resumed. */
const AFTER = "after";
const FROM_SNAPSHOT = "fromSnapshot";
const CURSOR = "cursor";

const AFTER_VARIABLE = "crossdockAfter";
const FROM_SNAPSHOT_VARIABLE = "crossdockFromSnapshot";
/** The completed result has only what the client selected, so that this one never reaches it. */
const CURSOR_ALIAS = "crossdockCursor";

const operations = new WeakMap<SubscriptionNode, UpstreamOperation>();

/** The primary of a plan as it is sent; made once for each plan. */
export function upstreamOperationOf(prepared: PreparedSubscription): UpstreamOperation {
  const known = operations.get(prepared.plan);
  if (known !== undefined) return known;
  const made = rewritten(prepared);
  operations.set(prepared.plan, made);
  return made;
}

/**
 * Where the client wants its stream to start, however it said so: a literal, a variable or its default.
 * @param lastEventId of a client that reconnects by itself: counts for more than its `after`, which is as
 *   old as its first connection; `null` when it says nothing
 * @throws {InvalidValueError} what it gives as a cursor is none
 */
export function startOf(
  prepared: PreparedSubscription,
  { resume }: UpstreamOperation,
  lastEventId: string | null,
): StreamStart {
  if (resume === null) return { after: null, fromSnapshot: false };
  if (lastEventId !== null) return { after: lastEventId, fromSnapshot: false };
  return {
    after: cursorOrNull(givenValue(resume.after, prepared)),
    fromSnapshot: givenValue(resume.fromSnapshot, prepared) === true,
  };
}

/** A scalar of the subgraph's own: the gateway takes any JSON for it. */
function cursorOrNull(after: unknown): string | null {
  if (after === null || after === undefined) return null;
  if (typeof after === "string") return after;
  throw new InvalidValueError(AFTER, after, "a cursor");
}

/** The variables that are sent: the client's, and where to start. */
export function upstreamVariables(
  { resume }: UpstreamOperation,
  clientVariables: Readonly<Record<string, unknown>>,
  { after, fromSnapshot }: StreamStart,
): Readonly<Record<string, unknown>> {
  if (resume === null) return clientVariables;
  return {
    ...clientVariables,
    ...(after !== null && { [AFTER_VARIABLE]: after }),
    ...(fromSnapshot && resume.canSnapshot && { [FROM_SNAPSHOT_VARIABLE]: true }),
  };
}

/** @returns the event's cursor; `null` when it has none, as an event that could not be read has */
export function cursorOf({ resume }: UpstreamOperation, data: unknown): string | null {
  if (resume === null || typeof data !== "object" || data === null) return null;
  const payload = (data as Readonly<Record<string, unknown>>)[resume.responseName];
  if (typeof payload !== "object" || payload === null) return null;
  const cursor = (payload as Readonly<Record<string, unknown>>)[CURSOR_ALIAS];
  return typeof cursor === "string" ? cursor : null;
}

function rewritten({ plan: { primary }, snapshot }: PreparedSubscription): UpstreamOperation {
  const document = parse(primary.operation, { noLocation: true });
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error("A primary is one operation.");
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const root = operation.selectionSet.selections[0];
  const field =
    root?.kind === Kind.FIELD
      ? snapshot.apiSchema.getSubscriptionType()?.getFields()[root.name.value]
      : undefined;
  const isResumable = field !== undefined && hasArgument(field, AFTER) && hasCursor(field);
  const asked = isResumable ? asResumable(root as FieldNode, field) : root;
  const body = { ...operation.selectionSet, selections: asked === undefined ? [] : [asked] };
  const used = variablesIn({
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions: [], selectionSet: body }, ...fragments],
  });
  const kept = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  const anonymous: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: operation.operation,
    variableDefinitions: isResumable ? [...kept, ...startVariables(field)] : kept,
    selectionSet: body,
  };
  const sent: DocumentNode = { kind: Kind.DOCUMENT, definitions: [anonymous, ...fragments] };
  return {
    serviceName: primary.serviceName,
    query: print(sent),
    document: sent,
    variableNames: kept.map(({ variable }) => variable.name.value),
    resume: isResumable ? resumePoint(root as FieldNode, field) : null,
  };
}

type RootField = GraphQLField<unknown, unknown>;

function hasArgument({ args }: RootField, name: string): boolean {
  return args.some((argument) => argument.name === name);
}

function hasCursor({ type }: RootField): boolean {
  const payload = getNamedType(type);
  return (
    (isObjectType(payload) || isInterfaceType(payload)) && payload.getFields()[CURSOR] !== undefined
  );
}

function resumePoint(root: FieldNode, field: RootField): ResumePoint {
  const given = (name: string) =>
    root.arguments?.find((argument) => argument.name.value === name)?.value;
  return {
    responseName: root.alias?.value ?? root.name.value,
    canSnapshot: hasArgument(field, FROM_SNAPSHOT),
    after: given(AFTER),
    fromSnapshot: given(FROM_SNAPSHOT),
  };
}

function asResumable(root: FieldNode, field: RootField): FieldNode {
  const kept = (root.arguments ?? []).filter(
    ({ name }) => name.value !== AFTER && name.value !== FROM_SNAPSHOT,
  );
  const cursor: FieldNode = {
    kind: Kind.FIELD,
    alias: nameNode(CURSOR_ALIAS),
    name: nameNode(CURSOR),
  };
  return {
    ...root,
    arguments: [
      ...kept,
      argumentNode(AFTER, AFTER_VARIABLE),
      ...(hasArgument(field, FROM_SNAPSHOT)
        ? [argumentNode(FROM_SNAPSHOT, FROM_SNAPSHOT_VARIABLE)]
        : []),
    ],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...(root.selectionSet?.selections ?? []), cursor],
    },
  };
}

function startVariables({ args }: RootField): readonly VariableDefinitionNode[] {
  const names: Readonly<Record<string, string>> = {
    [AFTER]: AFTER_VARIABLE,
    [FROM_SNAPSHOT]: FROM_SNAPSHOT_VARIABLE,
  };
  return args
    .filter(({ name }) => Object.hasOwn(names, name))
    .map(({ name, type }) => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: nameNode(names[name] ?? name) },
      type: parseType(String(getNullableType(type)), { noLocation: true }),
    }));
}

const nameNode = (value: string) => ({ kind: Kind.NAME, value }) as const;

function argumentNode(name: string, variable: string): ArgumentNode {
  return {
    kind: Kind.ARGUMENT,
    name: nameNode(name),
    value: { kind: Kind.VARIABLE, name: nameNode(variable) },
  };
}

function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}

function givenValue(
  value: ValueNode | undefined,
  { document, operationName, variables }: PreparedSubscription,
): unknown {
  if (value?.kind !== Kind.VARIABLE) {
    return value === undefined ? undefined : valueFromASTUntyped(value, variables);
  }
  const name = value.name.value;
  if (Object.hasOwn(variables, name)) return variables[name];
  const definition = getOperationAST(document, operationName)?.variableDefinitions?.find(
    ({ variable }) => variable.name.value === name,
  );
  const byDefault = definition?.defaultValue;
  return byDefault === undefined ? undefined : valueFromASTUntyped(byDefault);
}
