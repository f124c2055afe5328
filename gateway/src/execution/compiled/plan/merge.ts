import { generate, property } from "../generated-code.ts";
import type { Entity } from "./entity.ts";

/** Writes what one subgraph told of an object into what the others told of it. */
export type MergeEntity = (target: Entity, source: Readonly<Entity>) => void;

/** Of any two objects, as the stock executor does it: what is `undefined` says nothing, what is `null` counts. */
export function mergeInto(target: Entity, source: Readonly<Entity>): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value !== undefined) mergeField(target, key, value);
  }
}

/** An object goes into the one that is there, a list into one of the same length; all else takes the place of what is there. */
export function mergeField(target: Entity, key: string, value: unknown): void {
  if (!Object.hasOwn(target, key)) {
    define(target, key, value);
    return;
  }
  const known = target[key];
  if (known === value) return;
  if (isObject(value) && Boolean(known)) mergeInto(known as Entity, value);
  else if (Array.isArray(value) && Array.isArray(known) && value.length === known.length) {
    mergeLists(known, value);
  } else target[key] = value;
}

/** A subgraph's answer may have any name; what objects inherit is not written to. */
function define(target: Entity, key: string, value: unknown): void {
  if (key in target) {
    const property = { configurable: true, enumerable: true, writable: true, value };
    Object.defineProperty(target, key, property);
  } else target[key] = value;
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  source.forEach((value, index) => {
    const known = target[index];
    if (isObject(known) && isObject(value)) mergeInto(known, value);
    else target[index] = value;
  });
}

function isObject(value: unknown): value is Entity {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of an entity and what a subgraph answered for it. A `__typename` that it was not asked for leaves the one that is there. */
export function mergeEntity(target: Entity, source: Readonly<Entity>): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined || (key === "__typename" && !value)) continue;
    mergeField(target, key, value);
  }
}

/**
 * The same for answers that have no other names than these.
 * @throws {Unsupported} a name that objects inherit
 */
export function generateMergeEntity(responseNames: readonly string[]): MergeEntity {
  const statements = responseNames.map((name) => {
    const key = property(name);
    if (name === "__typename") return `value = source[${key}]; if (value) target[${key}] = value;`;
    return `
      value = source[${key}];
      if (value !== undefined) {
        if (typeof value === "object" && value !== null && target[${key}]) mergeField(target, ${key}, value);
        else target[${key}] = value;
      }`;
  });
  const source = `return (target, source) => { let value; ${statements.join("\n")} };`;
  return generate<MergeEntity>(source, { mergeField });
}

/** What JSON has of a value, with objects and lists of its own. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  const copy: Entity = {};
  mergeInto(copy, value);
  for (const key of Object.keys(copy)) copy[key] = copyOf(copy[key]);
  return copy;
}
