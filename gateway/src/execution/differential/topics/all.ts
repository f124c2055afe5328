import { abstractTypes } from "./abstract-types.ts";
import { conditions } from "./conditions.ts";
import { interfaceObjects } from "./interface-objects.ts";
import { manyKeys, nullKeys, throughTheParent } from "./keys.ts";
import { override, provides } from "./provides-and-override.ts";
import { requires, requiresInTurn, requiresThroughFragments } from "./requires.ts";
import { anyNode, mutationsInTurn, sharedRoots } from "./shared-roots.ts";
import type { FederationTopic } from "./topic.ts";

export const ALL_TOPICS: Readonly<Record<string, FederationTopic>> = {
  "required fields": requires,
  "required fields through fragments": requiresThroughFragments,
  "subgraphs that require of each other": requiresInTurn,
  "provided fields": provides,
  "fields that have moved": override,
  "interface objects": interfaceObjects,
  "abstract types": abstractTypes,
  "shared roots": sharedRoots,
  "any node": anyNode,
  "mutations in turn": mutationsInTurn,
  "many keys": manyKeys,
  "null keys": nullKeys,
  "values through their parent": throughTheParent,
  conditions,
};
