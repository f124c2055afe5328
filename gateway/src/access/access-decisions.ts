import { ForbiddenError, UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import {
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type {
  DirectiveNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  SelectionSetNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import type { Contracts } from "../contracts/contract.ts";
import { contractOfRole } from "../contracts/contract-of.ts";
import { AUDIENCE_OF_ROLE } from "../policy/client-policies.ts";
import { createDemands } from "./demands.ts";
import type { DemandOf } from "./demands.ts";

/** One name of a path in the answer. */
export type PathStep = {
  readonly responseName: string;
  /** Whether neither the field nor, where it is a list, its entries may be null. */
  readonly isNonNull: boolean;
};

/** A field that the caller may not have, where the operation asks for it. */
export type Refusal = {
  /** From the root down to the field. */
  readonly path: readonly PathStep[];
  readonly reason: UnauthenticatedError | ForbiddenError;
  /** The `@skip` and `@include` on the way: where they leave the field out, nothing was refused. */
  readonly conditions: readonly (readonly DirectiveNode[])[];
};

/** What is left of an operation for one caller. */
export type AccessDecision = {
  /** The same for equal decisions on one document. */
  readonly key: string;
  /** Without the refused fields; the very document where nothing is refused. */
  readonly document: DocumentNode;
  readonly refusals: readonly Refusal[];
};

/**
 * Decides what a caller may have of an operation, before anything of it is planned. Of what is decided for a document and a
 * set of scopes the answer is kept.
 * @param document validated
 * @param viewer whose scopes count; `null`: nobody said who is asking
 */
export type DecideAccess = (
  document: DocumentNode,
  operationName: string | undefined,
  viewer: Viewer | null,
) => AccessDecision;

/** The key of every decision that leaves a document as it is. */
export const NOTHING_REFUSED = "";

/** Kept for each document: callers differ by their scopes, of which there are few sets. */
const MAX_KEPT_PER_DOCUMENT = 100;

/**
 * Refused is what asks for more than the caller has shown, and what is outside of the contract of the caller's role: an
 * operation may have been validated against the whole graph.
 * @param supergraphSchema with the directives of the supergraph
 */
export function createAccessDecisions(
  supergraphSchema: GraphQLSchema,
  contracts: Contracts,
): DecideAccess {
  const demandOf = createDemands(supergraphSchema);
  const kept = new WeakMap<DocumentNode, LRUCache<string, AccessDecision>>();
  const grants = new WeakMap<Viewer, string>();

  function grantOf(viewer: Viewer | null): string {
    if (viewer === null) return "nobody";
    const known = grants.get(viewer);
    if (known !== undefined) return known;
    const grant = JSON.stringify([AUDIENCE_OF_ROLE[viewer.role], ...[...viewer.scopes].sort()]);
    grants.set(viewer, grant);
    return grant;
  }

  return (document, operationName, viewer) => {
    const ofDocument =
      kept.get(document) ?? new LRUCache<string, AccessDecision>({ max: MAX_KEPT_PER_DOCUMENT });
    kept.set(document, ofDocument);
    const key = `${operationName ?? ""} ${grantOf(viewer)}`;
    const known = ofDocument.get(key);
    if (known !== undefined) return known;
    const contract = contractOfRole(contracts, viewer);
    const decider = new Decider(supergraphSchema, contract, demandOf, document, viewer);
    const decision = decider.decide(operationName);
    ofDocument.set(key, decision);
    return decision;
  };
}

/** Where in an operation something stands. */
type Place = {
  readonly path: readonly PathStep[];
  readonly conditions: readonly (readonly DirectiveNode[])[];
};

class Decider {
  readonly #schema: GraphQLSchema;
  readonly #contract: GraphQLSchema;
  readonly #demandOf: DemandOf;
  readonly #document: DocumentNode;
  readonly #viewer: Viewer | null;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #refusals: Refusal[] = [];

  constructor(
    schema: GraphQLSchema,
    contract: GraphQLSchema,
    demandOf: DemandOf,
    document: DocumentNode,
    viewer: Viewer | null,
  ) {
    this.#schema = schema;
    this.#contract = contract;
    this.#demandOf = demandOf;
    this.#document = document;
    this.#viewer = viewer;
    this.#fragments = new Map(
      document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
  }

  decide(operationName: string | undefined): AccessDecision {
    const operation = getOperationAST(this.#document, operationName);
    const root = operation && this.#schema.getRootType(operation.operation);
    if (operation && root) {
      this.#walk(root, operation.selectionSet, { path: [], conditions: [] });
    }
    const refusals = this.#refusals;
    if (refusals.length === 0) return { key: NOTHING_REFUSED, document: this.#document, refusals };
    const { document, cut } = this.#cut();
    return { key: cut.join(" "), document, refusals };
  }

  /** Fragments are followed wherever they are spread: each place of a refused field is one of the answer. */
  #walk(type: GraphQLCompositeType, { selections }: SelectionSetNode, place: Place): void {
    for (const selection of selections) {
      const { directives = [] } = selection;
      const conditions =
        directives.length === 0 ? place.conditions : [...place.conditions, directives];
      const here = { ...place, conditions };
      switch (selection.kind) {
        case Kind.FIELD:
          this.#walkField(type, selection, here);
          break;
        case Kind.INLINE_FRAGMENT:
          this.#walkFragment(
            type,
            selection.typeCondition?.name.value,
            selection.selectionSet,
            here,
          );
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#fragments.get(selection.name.value);
          if (fragment === undefined) break;
          this.#walkFragment(type, fragment.typeCondition.name.value, fragment.selectionSet, here);
        }
      }
    }
  }

  #walkFragment(
    type: GraphQLCompositeType,
    condition: string | undefined,
    selectionSet: SelectionSetNode,
    place: Place,
  ): void {
    const named = condition === undefined ? type : this.#schema.getType(condition);
    this.#walk(isCompositeType(named) ? named : type, selectionSet, place);
  }

  #walkField(type: GraphQLCompositeType, node: FieldNode, { path, conditions }: Place): void {
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    const field = type.getFields()[node.name.value];
    if (field === undefined) return; // introspection, the document being valid
    const responseName = node.alias?.value ?? node.name.value;
    const below = [...path, { responseName, isNonNull: isNonNullThroughout(field.type) }];
    const reason = this.#reasonAgainst(type, node);
    if (reason !== null) {
      this.#refusals.push({ path: below, reason, conditions });
      return;
    }
    const inner = getNamedType(field.type);
    if (node.selectionSet !== undefined && isCompositeType(inner)) {
      this.#walk(inner, node.selectionSet, { path: below, conditions });
    }
  }

  #reasonAgainst(
    type: GraphQLObjectType | GraphQLInterfaceType,
    node: FieldNode,
  ): Refusal["reason"] | null {
    const demand = this.#demandOf(type, node);
    const isOutside = this.#isOutside(type, node);
    if (demand === null && !isOutside) return null;
    const viewer = this.#viewer;
    if (viewer === null) return new UnauthenticatedError();
    const missing = demand?.scopes.find(
      (choice) => !choice.some((group) => group.every((scope) => viewer.scopes.includes(scope))),
    );
    if (missing !== undefined) {
      return new ForbiddenError(missing.map((group) => group.join(" and ")).join(" or "));
    }
    return isOutside ? new ForbiddenError(null) : null;
  }

  /** Whether the contract does not have the field, or not an argument that is given. */
  #isOutside(type: GraphQLObjectType | GraphQLInterfaceType, node: FieldNode): boolean {
    const known = this.#contract.getType(type.name);
    if (!isObjectType(known) && !isInterfaceType(known)) return true;
    const field = known.getFields()[node.name.value];
    if (field === undefined) return true;
    const has = (name: string) => field.args.some((argument) => argument.name === name);
    return (node.arguments ?? []).some(({ name }) => !has(name.value));
  }

  /** An object of which nothing is left is still looked for: whether it is there is not what was refused. */
  #cut(): { readonly document: DocumentNode; readonly cut: readonly string[] } {
    const typeInfo = new TypeInfo(this.#schema);
    const cut: string[] = [];
    let position = 0;
    const document = visit(
      this.#document,
      visitWithTypeInfo(typeInfo, {
        Field: {
          enter: (node) => {
            position += 1;
            const parent = typeInfo.getParentType();
            if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
            if (parent.getFields()[node.name.value] === undefined) return undefined; // introspection
            if (this.#reasonAgainst(parent, node) === null) return undefined;
            cut.push(String(position));
            return null;
          },
        },
        SelectionSet: {
          leave: (node) => (node.selections.length > 0 ? undefined : ONLY_TYPENAME),
        },
      }),
    );
    return { document, cut };
  }
}

const ONLY_TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } }],
};

function isNonNullThroughout(type: GraphQLOutputType): boolean {
  if (!isNonNullType(type)) return false;
  const inner = getNullableType(type);
  return isListType(inner) ? isNonNullThroughout(inner.ofType as GraphQLOutputType) : true;
}
